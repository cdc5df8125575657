/* Views as tabs with counts: three that are always there, then the saved ones; a new one is the present filter with a name. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { api } from '../../api/client';
import { keys } from '../../api/keys';
import { useLeadCount } from '../../api/leads';
import { problemText } from '../../api/problem';
import type { View } from '../../api/types';
import { may, useMe } from '../../app/session';
import { useFmt, useT } from '../../i18n';
import { Dialog, Field, Icon, Switch, toast } from '../../kit';
import { format, isFiltered, parse, toApi, type ListState } from './state';
import { useLeadsT } from './text';

export function ViewTabs({ state, views }: { state: ListState; views: View[] }) {
  const t = useLeadsT();
  const me = useMe();
  const [naming, setNaming] = useState(false);
  const fixed = [
    { name: me.role === 'manager' ? t.all.manager : t.all.other, query: '' },
    { name: t.hot, query: 'temp=hot' },
    { name: t.noStep, query: 'step=none' },
  ];
  const now = format(state, false);
  const saved = views.find((v) => v.id === state.view);
  return (
    <div className="row viewrow">
      <nav className="tabs" aria-label={t.sort}>
        {fixed.map((v) => (
          <Fixed key={v.query} name={v.name} query={v.query} on={!saved && now === v.query} />
        ))}
        {views.map((v) => (
          <Link
            key={v.id}
            href={`/leads?view=${v.id}${v.query ? '&' + v.query : ''}`}
            aria-current={state.view === v.id ? 'page' : undefined}
          >
            {v.name}
            <Count query={v.query} />
          </Link>
        ))}
      </nav>
      {isFiltered(state) && !saved && (
        <button className="btn s g" onClick={() => setNaming(true)}>
          <Icon n="plus" size="s" />
          {t.saveView}
        </button>
      )}
      {saved && saved.own !== false && <DropView v={saved} />}
      {naming && <NameView query={now} onClose={() => setNaming(false)} />}
    </div>
  );
}

/* Saved views are counted by the list itself, so that the number is always that of the rows. */
function Count({ query }: { query: string }) {
  const me = useMe();
  const f = useFmt();
  const t = useLeadsT();
  const n = useLeadCount(toApi(parse(query), me.role), true);
  return n.data && <span className="n">{n.data.more ? t.about(f.num(n.data.n)) : f.num(n.data.n)}</span>;
}

function Fixed({ name, query, on }: { name: string; query: string; on: boolean }) {
  return (
    <Link href={'/leads' + (query ? '?' + query : '')} aria-current={on ? 'page' : undefined}>
      {name}
      <Count query={query} />
    </Link>
  );
}

function NameView({ query, onClose }: { query: string; onClose: () => void }) {
  const tt = useT();
  const t = useLeadsT();
  const me = useMe();
  const qc = useQueryClient();
  const [, go] = useLocation();
  const [name, setName] = useState('');
  const [team, setTeam] = useState(false);
  const [pinned, setPinned] = useState(true);
  const save = useMutation({
    mutationFn: () =>
      api.post<View>('/views', { name: name.trim(), query, scope: team ? 'team' : 'me', pinned }),
    onSuccess: (v) => {
      void qc.invalidateQueries({ queryKey: keys.views });
      onClose();
      go(`/leads?view=${v.id}&${query}`);
    },
  });
  return (
    <Dialog open onClose={onClose} title={t.saveView}>
      <form
        className="col g12"
        onSubmit={(e) => {
          e.preventDefault();
          save.mutate();
        }}
      >
        <Field
          label={t.viewName}
          autoFocus
          required
          maxLength={60}
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
          error={save.error ? problemText(save.error, tt) : undefined}
        />
        <Switch label={t.viewPin} on={pinned} onChange={setPinned} />
        {me.role !== 'manager' && may(me, 'view.team') && (
          <Switch label={t.viewTeam} on={team} onChange={setTeam} />
        )}
        <div className="row dlg-acts">
          <button type="button" className="btn" onClick={onClose}>
            {tt.cancel}
          </button>
          <button className="btn p" disabled={save.isPending}>
            {tt.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function DropView({ v }: { v: View }) {
  const tt = useT();
  const t = useLeadsT();
  const qc = useQueryClient();
  const [, go] = useLocation();
  const drop = useMutation({
    mutationFn: () => api.del('/views/' + v.id),
    onSuccess: () => {
      void qc.invalidateQueries({ queryKey: keys.views });
      go('/leads');
      toast(t.viewDropped(v.name), {
        undo: () =>
          void api
            .post('/views', { name: v.name, query: v.query, scope: v.scope, pinned: v.pinned })
            .then(() => qc.invalidateQueries({ queryKey: keys.views })),
      });
    },
    onError: (e) => toast(problemText(e, tt), { bad: true }),
  });
  return (
    <button className="btn s g" disabled={drop.isPending} onClick={() => drop.mutate()}>
      <Icon n="trash" size="s" />
      {t.viewDrop}
    </button>
  );
}
