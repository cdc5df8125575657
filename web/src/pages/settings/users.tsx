/* People and roles: one row a person; the role is changed in place. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { useUsers, type User } from '../../api/office';
import { fieldErrors, problemText } from '../../api/problem';
import type { Page, Role } from '../../api/types';
import { may, useMe } from '../../app/session';
import { useT } from '../../i18n';
import { Avatar, Block, Dialog, Field, Icon, Menu, Select, toast } from '../../kit';
import { useSettingsTexts } from './texts';

const roles: Role[] = ['owner', 'head', 'marketer', 'manager', 'integrator'];

/* Sixteen letters and digits that are not taken for one another. */
function makeUp(): string {
  const set = 'abcdefghijkmnpqrstuvwxyz23456789';
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => set[b % 32]).join('');
}

export default function Users() {
  const s = useSettingsTexts();
  const t = useT();
  const me = useMe();
  const qc = useQueryClient();
  const q = useUsers();
  const edit = may(me, 'user.edit');
  const [adding, setAdding] = useState(false);
  const [reset, setReset] = useState<User>();
  const patch = useMutation({
    mutationFn: (x: { user: User; patch: Partial<User> }) =>
      api.patch<User>('/users/' + x.user.id, x.patch, x.user.version),
    onMutate: (x) => {
      const old = qc.getQueryData<Page<User>>(['users']);
      if (old)
        qc.setQueryData<Page<User>>(['users'], {
          ...old,
          items: old.items.map((u) => (u.id === x.user.id ? { ...u, ...x.patch } : u)),
        });
      return { old };
    },
    onError: (e, _x, c) => {
      if (c?.old) qc.setQueryData(['users'], c.old);
      toast(problemText(e, t), { bad: true });
    },
    onSettled: () => {
      void qc.invalidateQueries({ queryKey: ['users'] });
      void qc.invalidateQueries({ queryKey: ['managers'] });
    },
  });
  return (
    <section className="card">
      <div className="hd wrap">
        <h2>{s.parts.users}</h2>
        {edit && (
          <button className="btn s p sp" onClick={() => setAdding(true)}>
            <Icon n="plus" size="s" />
            {s.users.add}
          </button>
        )}
      </div>
      <Block q={q} rows={5}>
        {(p) => (
          <table className="cards">
            <thead>
              <tr>
                <th scope="col">{s.users.name}</th>
                <th scope="col">{s.users.role}</th>
                <th scope="col">{s.users.state}</th>
                <th scope="col">
                  <span className="vh">{s.menu('')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {p.items.map((u) => (
                <tr key={u.id} className={u.state === 'disabled' ? 'out' : ''}>
                  <td>
                    <span className="row">
                      <Avatar name={u.name} small />
                      <span className="col cut">
                        <span className="m">
                          {u.name} {u.id === me.id && <span className="dd t12">{s.users.you}</span>}
                        </span>
                        <span className="t12 d cut">{u.email}</span>
                      </span>
                    </span>
                  </td>
                  <td>
                    {edit && u.id !== me.id ? (
                      <select
                        className="in"
                        aria-label={s.users.roleOf(u.name)}
                        value={u.role}
                        onChange={(e) =>
                          patch.mutate({ user: u, patch: { role: e.currentTarget.value as Role } })
                        }
                      >
                        {roles.map((r) => (
                          <option key={r} value={r}>
                            {t.role[r]}
                          </option>
                        ))}
                      </select>
                    ) : (
                      t.role[u.role]
                    )}
                  </td>
                  <td>
                    <span className={'tag ' + (u.state === 'active' ? 'ok' : '')}>{s.users[u.state]}</span>
                  </td>
                  <td className="acts">
                    {edit && u.id !== me.id && (
                      <Menu
                        label={s.menu(u.name)}
                        items={[
                          { label: s.users.reset, run: () => setReset(u) },
                          u.state === 'active'
                            ? {
                                label: s.users.disable,
                                danger: true,
                                run: () => patch.mutate({ user: u, patch: { state: 'disabled' } }),
                              }
                            : {
                                label: s.users.enable,
                                run: () => patch.mutate({ user: u, patch: { state: 'active' } }),
                              },
                        ]}
                      >
                        <Icon n="dots" size="s" />
                      </Menu>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Block>
      {adding && <AddUser onClose={() => setAdding(false)} />}
      {reset && <Reset user={reset} onClose={() => setReset(undefined)} />}
    </section>
  );
}

function Password({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange: (v: string) => void;
  error?: string;
}) {
  const s = useSettingsTexts();
  return (
    <div className="pwrow">
      <Field
        label={s.users.password}
        autoComplete="off"
        required
        minLength={8}
        value={value}
        hint={s.users.passwordHint}
        error={error}
        onChange={(e) => onChange(e.currentTarget.value)}
      />
      <button type="button" className="btn" onClick={() => onChange(makeUp())}>
        {s.users.make}
      </button>
    </div>
  );
}

function AddUser({ onClose }: { onClose: () => void }) {
  const s = useSettingsTexts();
  const t = useT();
  const qc = useQueryClient();
  const me = useMe();
  const [x, set] = useState({ name: '', email: '', role: 'manager' as Role, password: '', lang: me.lang });
  const add = useMutation({
    mutationFn: () => api.post<User>('/users', { ...x, name: x.name.trim(), email: x.email.trim() }),
    onSuccess: () => {
      toast(s.users.added(x.name));
      onClose();
      for (const k of ['users', 'managers', 'board']) void qc.invalidateQueries({ queryKey: [k] });
    },
  });
  const bad = fieldErrors(add.error);
  return (
    <Dialog open onClose={onClose} title={s.users.add}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          add.mutate();
        }}
      >
        <Field
          label={s.users.name}
          required
          autoFocus
          value={x.name}
          error={bad.name}
          onChange={(e) => set({ ...x, name: e.currentTarget.value })}
        />
        <Field
          label={s.users.email}
          type="email"
          autoComplete="off"
          required
          value={x.email}
          error={bad.email}
          onChange={(e) => set({ ...x, email: e.currentTarget.value })}
        />
        <Select
          label={s.users.role}
          value={x.role}
          items={roles.map((r) => ({ id: r, label: t.role[r] }))}
          error={bad.role}
          onChange={(r) => set({ ...x, role: r as Role })}
        />
        <p className="t12 dd">{s.users.may[x.role]}</p>
        <Select
          label={s.users.lang}
          value={x.lang}
          items={[
            { id: 'ru', label: 'Русский' },
            { id: 'en', label: 'English' },
          ]}
          onChange={(l) => set({ ...x, lang: l as 'ru' | 'en' })}
        />
        <Password value={x.password} error={bad.password} onChange={(password) => set({ ...x, password })} />
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
            {s.add}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Reset({ user, onClose }: { user: User; onClose: () => void }) {
  const s = useSettingsTexts();
  const t = useT();
  const qc = useQueryClient();
  const [password, set] = useState('');
  const go = useMutation({
    mutationFn: () => api.patch<User>('/users/' + user.id, { password }, user.version),
    onSuccess: () => {
      toast(s.users.resetDone);
      onClose();
      void qc.invalidateQueries({ queryKey: ['users'] });
    },
  });
  return (
    <Dialog open onClose={onClose} title={s.users.resetFor(user.name)}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          go.mutate();
        }}
      >
        <Password value={password} error={fieldErrors(go.error).password} onChange={set} />
        {go.error && (
          <p className="failed" role="alert">
            {problemText(go.error, t)}
          </p>
        )}
        <div className="row g6">
          <button type="button" className="btn sp" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p" disabled={go.isPending}>
            {s.users.resetGo}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
