/* Settings: one part at a time; a person sees the parts the rights allow. The list of parts stands beside them, for it grows; where there is no room
   for that it is one field. */
import { Link, Redirect, useLocation, useParams } from 'wouter';
import { useMedia } from '../../app/media';
import { may, useMe, useTitle } from '../../app/session';
import { Later, Select } from '../../kit';
import { lazy } from '../../load/piece';
import { useSettingsTexts } from './texts';
import '../../css/form.css';
import './settings.css';

const parts = [
  { id: 'users', right: 'user.read', page: lazy(() => import('./users')) },
  { id: 'keys', right: 'key', page: lazy(() => import('./keys')) },
  { id: 'calendars', right: 'route.read', page: lazy(() => import('./calendars')) },
  { id: 'sources', right: 'key', page: lazy(() => import('./sources')) },
  { id: 'company', right: 'setting', page: lazy(() => import('./company')) },
  { id: 'notify', right: undefined, page: lazy(() => import('./notify')) },
  { id: 'channels', right: 'key', page: lazy(() => import('./channels')) },
  { id: 'letters', right: 'manager.read', page: lazy(() => import('./letters')) },
  { id: 'replies', right: 'model.edit', page: lazy(() => import('./replies')) },
  { id: 'rejects', right: 'rejects', page: lazy(() => import('./rejects')) },
  { id: 'automatic', right: 'rejects', page: lazy(() => import('./automatic')) },
  { id: 'audit', right: 'audit', page: lazy(() => import('./audit')) },
] as const;

export default function Settings() {
  const s = useSettingsTexts();
  const me = useMe();
  const p = useParams<{ part?: string }>();
  const mine = parts.filter((x) => !x.right || may(me, x.right));
  const at = mine.find((x) => x.id === p.part);
  useTitle(at ? s.parts[at.id] : s.title);
  const [, go] = useLocation();
  const wide = useMedia('(min-width: 1100px)');
  if (!at) return mine[0] ? <Redirect to={'/settings/' + mine[0].id} replace /> : <h1>{s.title}</h1>;
  const Part = at.page;
  return (
    <>
      <h1>{s.title}</h1>
      <div className="parts">
        {mine.length < 2 ? null : wide ? (
          <nav className="partlist" aria-label={s.title}>
            {mine.map((x) => (
              <Link key={x.id} href={'/settings/' + x.id} aria-current={x.id === at.id ? 'page' : undefined}>
                {s.parts[x.id]}
              </Link>
            ))}
          </nav>
        ) : (
          <Select
            label={s.part}
            value={at.id}
            onChange={(id) => go('/settings/' + id)}
            items={mine.map((x) => ({ id: x.id, label: s.parts[x.id] }))}
          />
        )}
        <div className="partbody">
          <Later at={at.id}>
            <Part />
          </Later>
        </div>
      </div>
    </>
  );
}
