/* Ctrl K: leads by name, company, phone, e-mail; screens, views, actions. «>» shows actions only; recent first. */
import { useQuery, keepPreviousData } from '@tanstack/react-query';
import { useEffect, useId, useState, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';
import { api } from '../api/client';
import { keys } from '../api/keys';
import { useViews } from '../api/views';
import type { Found } from '../api/types';
import { Icon, ScoreChip, type IconName } from '../kit';
import { useCalled } from '../part/leadname';
import { useT } from '../i18n';
import { screens } from './routes';
import { useMe } from './session';
import { actions } from './actions';

type Row = {
  id: string;
  icon: IconName;
  name: string;
  detail?: string | null;
  found?: Found;
  hint?: string;
  href?: string;
  run?: () => void;
};

// What was opened last from here; memory only, like all data of people.
let recent: Row[] = [];

export default function Palette({ onClose }: { onClose: () => void }) {
  const t = useT();
  const me = useMe();
  const id = useId();
  const [, go] = useLocation();
  const [q, setQ] = useState('');
  const [late, setLate] = useState('');
  const [cur, setCur] = useState(0);
  const views = useViews();
  const text = q.trim();
  useEffect(() => {
    const w = setTimeout(() => setLate(text), 60);
    return () => clearTimeout(w);
  }, [text]);
  const called = useCalled();
  const search = useQuery({
    queryKey: keys.search(late),
    queryFn: ({ signal }) => api.get<{ items: Found[] }>('/search', { q: late }, signal),
    enabled: late.length > 0 && !late.startsWith('>'),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

  const only = text.startsWith('>');
  const needle = (only ? text.slice(1) : text).trim().toLowerCase();
  const match = (name: string) => name.toLowerCase().includes(needle);
  const acts: Row[] = actions()
    .filter((a) => match(a.label))
    .map((a) => ({
      id: 'act ' + a.label,
      icon: 'zap',
      name: a.label,
      run: a.run,
      ...(a.key ? { hint: a.key } : {}),
    }));
  const places: Row[] = screens
    .filter((s) => s.roles.includes(me.role) && !s.path.includes(':') && match(s.name(t, me)))
    .map((s) => ({ id: 'scr ' + s.id, icon: s.icon, name: s.name(t, me), href: s.path }));
  const saved: Row[] = (views.data?.items ?? [])
    .filter((v) => match(v.name))
    .map((v) => ({ id: 'view ' + v.id, icon: 'star', name: v.name, href: `/leads?view=${v.id}&${v.query}` }));
  const people: Row[] = (late && text ? (search.data?.items ?? []) : [])
    .filter((x) => x.kind === 'lead')
    .map((x) => ({
      id: 'lead ' + x.id,
      icon: 'users',
      name: called(x.name, x.id),
      detail: x.detail,
      found: x,
      href: '/leads/' + x.id,
    }));
  const rows = only
    ? acts
    : text
      ? [...people, ...places, ...saved, ...acts]
      : [...recent, ...places.filter((p) => !recent.some((r) => r.id === p.id)), ...saved, ...acts];

  useEffect(() => setCur(0), [text, search.data]);
  const at = Math.min(cur, rows.length - 1);
  const pick = (r: Row, tab: boolean) => {
    if (r.href) {
      recent = [r, ...recent.filter((x) => x.id !== r.id)].slice(0, 5);
      if (tab) window.open(r.href, '_blank', 'noopener');
      else go(r.href);
    }
    onClose();
    r.run?.();
  };
  const key = (e: KeyboardEvent) => {
    if (e.key === 'ArrowDown') setCur(Math.min(rows.length - 1, at + 1));
    else if (e.key === 'ArrowUp') setCur(Math.max(0, at - 1));
    else if (e.key === 'Enter' && rows[at]) pick(rows[at], e.ctrlKey || e.metaKey);
    else return;
    e.preventDefault();
  };
  useEffect(() => {
    document.getElementById(id + at)?.scrollIntoView({ block: 'nearest' });
  }, [at, id]);
  return (
    <div className="palette">
      <label className="row in">
        <Icon n="search" size="s" />
        <input
          autoFocus
          data-focus
          role="combobox"
          aria-label={t.nav.find}
          aria-expanded={rows.length > 0}
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={rows[at] ? id + at : undefined}
          placeholder={t.palette.hint}
          value={q}
          onChange={(e) => setQ(e.currentTarget.value)}
          onKeyDown={key}
        />
      </label>
      <div id={id} role="listbox" aria-label={t.nav.find} className="found" aria-busy={search.isFetching}>
        {rows.map((r, i) => (
          <div
            key={r.id}
            id={id + i}
            role="option"
            aria-selected={i === at}
            className={'opt' + (i === at ? ' cur' : '')}
            onPointerMove={() => setCur(i)}
            onClick={(e) => pick(r, e.ctrlKey || e.metaKey)}
          >
            <Icon n={r.icon} size="s" />
            <span className="cut">{r.name}</span>
            {r.detail && <span className="dd t12 cut">{r.detail}</span>}
            <span className="sp" />
            {r.found?.band && r.found.score != null && (
              <ScoreChip score={r.found.score} band={r.found.band} />
            )}
            {r.hint && <kbd>{r.hint}</kbd>}
          </div>
        ))}
        {!rows.length && (
          <div className="opt dd" role="option" aria-selected={false} aria-disabled>
            {search.isFetching ? t.loading : t.palette.empty}
          </div>
        )}
      </div>
    </div>
  );
}
