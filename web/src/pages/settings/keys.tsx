/* Keys of programs. A key is shown once; afterwards its beginning and its last use tell which is which. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { useKeyList, type Key } from '../../api/office';
import { fieldErrors, problemText } from '../../api/problem';
import { useNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Block, Dialog, Field, Icon, Seg, toast } from '../../kit';
import { Copy } from './copy';
import { useSettingsTexts } from './texts';

export default function Keys() {
  const s = useSettingsTexts();
  const t = useT();
  const f = useFmt();
  const now = useNow(60);
  const qc = useQueryClient();
  const q = useKeyList();
  const [adding, setAdding] = useState(false);
  const [sure, setSure] = useState<Key>();
  const revoke = useMutation({
    mutationFn: (k: Key) => api.del('/keys/' + k.id),
    onSuccess: () => setSure(undefined),
    onError: (e) => toast(problemText(e, t), { bad: true }),
    onSettled: () => void qc.invalidateQueries({ queryKey: ['keys'] }),
  });
  return (
    <section className="card">
      <div className="hd wrap">
        <h2>{s.parts.keys}</h2>
        <button className="btn s p sp" onClick={() => setAdding(true)}>
          <Icon n="plus" size="s" />
          {s.keys.add}
        </button>
      </div>
      <Block q={q} rows={4}>
        {(p) =>
          p.items.length ? (
            <table className="cards">
              <thead>
                <tr>
                  <th scope="col">{s.keys.name}</th>
                  <th scope="col">{s.keys.scope}</th>
                  <th scope="col">{s.keys.begins}</th>
                  <th scope="col">{s.keys.created}</th>
                  <th scope="col">{s.keys.used}</th>
                  <th scope="col">
                    <span className="vh">{s.keys.revoke}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {p.items.map((k) => (
                  <tr key={k.id}>
                    <td className="m">{k.name}</td>
                    <td>
                      <span className="row g6 wrap">
                        <span className="tag acc">{s.keys[k.scope]}</span>
                        <span className={'tag ' + (k.public ? 'warn' : '')}>
                          <Icon n={k.public ? 'globe' : 'lock'} size="xs" />
                          {k.public ? s.keys.pub : s.keys.server}
                        </span>
                      </span>
                    </td>
                    <td>
                      <code>{k.prefix}…</code>
                    </td>
                    <td className="d nw">{f.date(k.created_at, now)}</td>
                    <td className="d nw">{k.last_used_at ? f.when(k.last_used_at, now) : s.keys.never}</td>
                    <td className="num">
                      <button
                        className="btn s"
                        aria-label={s.keys.revokeOf(k.name)}
                        onClick={() => setSure(k)}
                      >
                        {s.keys.revoke}
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          ) : (
            <p className="bd t13 d">{s.keys.none}</p>
          )
        }
      </Block>
      {adding && <AddKey onClose={() => setAdding(false)} />}
      {sure && (
        <Dialog open onClose={() => setSure(undefined)} title={s.keys.revokeOf(sure.name)}>
          <div className="form">
            <p className="t13">{s.keys.sure(sure.name)}</p>
            <div className="row g6">
              <button className="btn sp" onClick={() => setSure(undefined)}>
                {t.cancel}
              </button>
              <button className="btn p" disabled={revoke.isPending} onClick={() => revoke.mutate(sure)}>
                {s.keys.revoke}
              </button>
            </div>
          </div>
        </Dialog>
      )}
    </section>
  );
}

function AddKey({ onClose }: { onClose: () => void }) {
  const s = useSettingsTexts();
  const t = useT();
  const qc = useQueryClient();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Key['scope']>('events');
  const [kind, setKind] = useState<'pub' | 'server'>('server');
  const add = useMutation({
    mutationFn: () =>
      api.post<Key>('/keys', { name: name.trim(), scope, public: scope === 'events' && kind === 'pub' }),
    onSuccess: () => void qc.invalidateQueries({ queryKey: ['keys'] }),
  });
  const bad = fieldErrors(add.error);
  if (add.data?.key)
    return (
      <Dialog open onClose={onClose} title={s.keys.once}>
        <div className="form">
          <p className="t13 d">{s.keys.onceHint}</p>
          <Copy text={add.data.key} label={s.keys.once} />
          <div className="row">
            <button className="btn p sp" onClick={onClose}>
              {s.keys.made}
            </button>
          </div>
        </div>
      </Dialog>
    );
  return (
    <Dialog open onClose={onClose} title={s.keys.add}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          add.mutate();
        }}
      >
        <Field
          label={s.keys.name}
          required
          autoFocus
          maxLength={100}
          value={name}
          error={bad.name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <div className="field">
          <span className="flabel">{s.keys.scope}</span>
          <Seg
            label={s.keys.scope}
            value={scope}
            onChange={setScope}
            items={[
              { id: 'events', label: s.keys.events },
              { id: 'api', label: s.keys.api },
            ]}
          />
        </div>
        {scope === 'events' && (
          <div className="field">
            <span className="flabel">{s.keys.kind}</span>
            <Seg
              label={s.keys.kind}
              value={kind}
              onChange={setKind}
              items={[
                { id: 'server', label: s.keys.server },
                { id: 'pub', label: s.keys.pub },
              ]}
            />
            <span className="t12 dd">{kind === 'pub' ? s.keys.pubHint : s.keys.serverHint}</span>
          </div>
        )}
        {add.error && !Object.keys(bad).length && (
          <p className="failed" role="alert">
            {problemText(add.error, t)}
          </p>
        )}
        <div className="row g6">
          <button type="button" className="btn sp" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p" disabled={add.isPending}>
            {s.keys.add}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
