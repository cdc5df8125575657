/* Who did what: appended by the server, read here. */
import { useAudit, type AuditRow } from '../../api/office';
import { useNow } from '../../app/clock';
import { useFmt } from '../../i18n';
import { Block } from '../../kit';
import { useSettingsTexts } from './texts';

const detail = (r: AuditRow): string =>
  r.detail === null || r.detail === undefined
    ? ''
    : typeof r.detail === 'string'
      ? r.detail
      : Object.entries(r.detail)
          .map(([k, v]) => `${k}: ${typeof v === 'object' ? JSON.stringify(v) : String(v)}`)
          .join(', ');

export default function Audit() {
  const s = useSettingsTexts();
  const f = useFmt();
  const now = useNow(60);
  const q = useAudit();
  return (
    <section className="card">
      <div className="hd">
        <h2>{s.parts.audit}</h2>
      </div>
      <Block q={q} rows={6}>
        {(d) => {
          const items = d.pages.flatMap((p) => p.items);
          if (!items.length) return <p className="bd t13 d">{s.audit.none}</p>;
          return (
            <div className="scrollx" tabIndex={0} role="region" aria-label={s.parts.audit}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{s.audit.at}</th>
                    <th scope="col">{s.audit.who}</th>
                    <th scope="col">{s.audit.what}</th>
                    <th scope="col">{s.audit.whom}</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((r) => (
                    <tr key={r.number}>
                      <td className="nw d">{f.when(r.at, now)}</td>
                      <td className="m">{r.actor_name || s.audit.house}</td>
                      <td>{s.audit.acts[r.action] ?? <code>{r.action}</code>}</td>
                      <td className="d">
                        <span className="t12">{[r.subject, detail(r)].filter(Boolean).join(' · ')}</span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Block>
      {q.hasNextPage && (
        <div className="bd">
          <button className="btn s" disabled={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
            {s.more}
          </button>
        </div>
      )}
    </section>
  );
}
