/* Pools: who is in, who of them gets the lead, and by what share. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { keys } from '../../api/keys';
import { policies, type Policy, type Pool } from '../../api/office';
import { fieldErrors, problemText } from '../../api/problem';
import type { PoolPolicy } from '../../api/share';
import type { Manager, Page } from '../../api/types';
import { useT } from '../../i18n';
import { Avatar, Block, Dialog, Field, Icon, Select, toast } from '../../kit';
import { useRoutingTexts } from './texts';

const useManagerList = () =>
  useQuery({
    queryKey: keys.managers,
    queryFn: ({ signal }) => api.get<Page<Manager>>('/managers', undefined, signal),
  });

/* draft: policies that a draft names; they are chosen here and change nothing until it is published. */
export function Pools({
  pools,
  edit,
  draft,
}: {
  pools: Pool[];
  edit: boolean;
  draft?: { policies: PoolPolicy[]; onChange: (list: PoolPolicy[]) => void };
}) {
  const s = useRoutingTexts();
  const managers = useManagerList();
  const [open, setOpen] = useState<Pool>();
  const name = (id: string) => managers.data?.items.find((m) => m.user_id === id)?.name ?? '';
  return (
    <section className="card">
      <div className="hd wrap">
        <h2>{s.pools}</h2>
        {edit && (
          <button
            className="btn s g sp"
            onClick={() => setOpen({ id: '', name: '', policy: 'least_loaded', members: [] })}
          >
            <Icon n="plus" size="s" />
            {s.pool.add}
          </button>
        )}
      </div>
      {pools.length ? (
        <ul className="poolgrid bd">
          {pools.map((p) => (
            <li key={p.id} className="poolcard">
              <div className="row">
                <b className="m grow cut">{p.name}</b>
                {edit && (
                  <button className="btn g s ic" aria-label={s.pool.edit(p.name)} onClick={() => setOpen(p)}>
                    <Icon n="edit" size="s" />
                  </button>
                )}
              </div>
              {draft ? (
                <Select
                  label={s.pool.policyDraft}
                  value={policyOf(draft.policies, p)}
                  items={policies.map((x) => ({ id: x, label: s.pool.policies[x] }))}
                  onChange={(x) =>
                    draft.onChange([
                      ...draft.policies.filter((y) => y.pool_id !== p.id),
                      { pool_id: p.id, policy: x as Policy },
                    ])
                  }
                />
              ) : (
                <span className="tag acc">{s.pool.policies[p.policy]}</span>
              )}
              {p.everyone ? (
                <span className="t13 d">{s.pool.everyone}</span>
              ) : p.members.length ? (
                <span className="row wrap g4">
                  {p.members.map((m) => (
                    <span key={m.user_id} className="row g4 t12" title={name(m.user_id)}>
                      <Avatar name={name(m.user_id) || '?'} small />
                      {name(m.user_id)}
                      {p.policy === 'weighted' && m.weight ? ' ×' + m.weight : ''}
                    </span>
                  ))}
                </span>
              ) : (
                <span className="t12 warnc">{s.pool.noMembers}</span>
              )}
            </li>
          ))}
        </ul>
      ) : (
        <p className="bd t13 d">{s.pool.none}</p>
      )}
      {open && <Edit start={open} managers={managers} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

const policyOf = (list: PoolPolicy[], p: Pool): Policy =>
  list.find((x) => x.pool_id === p.id)?.policy ?? p.policy;

function Edit({
  start,
  managers,
  onClose,
}: {
  start: Pool;
  managers: ReturnType<typeof useManagerList>;
  onClose: () => void;
}) {
  const s = useRoutingTexts();
  const t = useT();
  const qc = useQueryClient();
  const [p, set] = useState(start);
  const after = () => {
    onClose();
    for (const k of ['pools', 'managers', 'rules']) void qc.invalidateQueries({ queryKey: [k] });
  };
  const save = useMutation({
    mutationFn: () => {
      const body = {
        name: p.name.trim(),
        policy: p.policy,
        ...(p.everyone ? {} : { members: p.members.map((m) => ({ user_id: m.user_id, weight: m.weight })) }),
      };
      return p.id ? api.patch('/routing/pools/' + p.id, body, p.version) : api.post('/routing/pools', body);
    },
    onSuccess: () => {
      toast(s.pool.saved);
      after();
    },
  });
  const del = useMutation({ mutationFn: () => api.del('/routing/pools/' + p.id), onSuccess: after });
  const bad = fieldErrors(save.error);
  const error = save.error ?? del.error;
  return (
    <Dialog open onClose={onClose} title={start.id ? start.name : s.pool.add}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          save.mutate();
        }}
      >
        <Field
          label={s.pool.name}
          required
          maxLength={100}
          value={p.name}
          error={bad.name}
          onChange={(e) => set({ ...p, name: e.currentTarget.value })}
        />
        <Select
          label={s.pool.policy}
          value={p.policy}
          items={policies.map((x) => ({ id: x, label: s.pool.policies[x] }))}
          onChange={(x) => set({ ...p, policy: x as Policy })}
        />
        <p className="t12 dd">{s.pool.policyHint[p.policy]}</p>
        {p.everyone ? (
          <p className="t13 d">
            {s.pool.members}: {s.pool.everyone}
          </p>
        ) : (
          <fieldset className="plainset">
            <legend className="flabel">{s.pool.members}</legend>
            <Block q={managers} rows={3}>
              {(d) => (
                <ul className="memberlist">
                  {d.items.map((m) => {
                    const at = p.members.find((x) => x.user_id === m.user_id);
                    return (
                      <li key={m.user_id} className="row">
                        <label className="row grow t13 check">
                          <input
                            type="checkbox"
                            checked={!!at}
                            onChange={(e) =>
                              set({
                                ...p,
                                members: e.currentTarget.checked
                                  ? [...p.members, { user_id: m.user_id, weight: 0 }]
                                  : p.members.filter((x) => x.user_id !== m.user_id),
                              })
                            }
                          />
                          {m.name}
                        </label>
                        {at && p.policy === 'weighted' && (
                          <input
                            className="in share"
                            inputMode="numeric"
                            aria-label={s.pool.share(m.name)}
                            placeholder={s.pool.own}
                            defaultValue={at.weight || ''}
                            onChange={(e) => {
                              const n = Number(e.currentTarget.value);
                              const weight = Number.isInteger(n) && n >= 1 && n <= 20 ? n : 0;
                              set({
                                ...p,
                                members: p.members.map((x) =>
                                  x.user_id === m.user_id ? { ...x, weight } : x,
                                ),
                              });
                            }}
                          />
                        )}
                      </li>
                    );
                  })}
                </ul>
              )}
            </Block>
          </fieldset>
        )}
        {error && !Object.keys(bad).length && (
          <p className="failed" role="alert">
            {problemText(error, t)}
          </p>
        )}
        <div className="row g6">
          {p.id && !p.everyone && (
            <button type="button" className="btn g bad" disabled={del.isPending} onClick={() => del.mutate()}>
              {s.pool.remove}
            </button>
          )}
          <button type="button" className="btn sp" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p" disabled={save.isPending}>
            {s.pool.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
