/* The windows of the shell, loaded when first opened: keys, profile, conflict. */
import { useState } from 'react';
import { api } from '../api/client';
import type { Conflict } from '../api/conflict';
import { problemText } from '../api/problem';
import type { Stage, Theme } from '../api/types';
import { useFmt, useT, type Lang } from '../i18n';
import { Dialog, Field, Seg, Switch, toast } from '../kit';
import { activeKeys, keyName } from './keys';
import { useMe, usePatchMe } from './session';

export type Win = { kind: 'help' } | { kind: 'profile' } | { kind: 'conflict'; conflict: Conflict };

export default function Windows({ win, onClose }: { win: Win; onClose: () => void }) {
  if (win.kind === 'help') return <Help onClose={onClose} />;
  if (win.kind === 'profile') return <Profile onClose={onClose} />;
  return <ConflictWin c={win.conflict} onClose={onClose} />;
}

function Help({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [list] = useState(activeKeys);
  return (
    <Dialog open onClose={onClose} title={t.help.title}>
      <div className="col g12 help">
        {list.map((s) => (
          <section key={s.name}>
            <h3 className="t12 d b">{s.name}</h3>
            <dl>
              {s.keys.map((k) => (
                <div key={k.key}>
                  <dt>
                    {keyName(k.key)
                      .split(' ')
                      .map((x, i) => (
                        <kbd key={i}>{x}</kbd>
                      ))}
                  </dt>
                  <dd>{k.label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <p className="dd t12">{t.help.letters}</p>
      </div>
    </Dialog>
  );
}

function Profile({ onClose }: { onClose: () => void }) {
  const t = useT();
  const me = useMe();
  const patch = usePatchMe();
  const [permission, setPermission] = useState(
    typeof Notification === 'undefined' ? 'denied' : Notification.permission,
  );
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const set = (p: Parameters<typeof patch.mutate>[0]) =>
    patch.mutate(p, { onError: (e) => toast(problemText(e, t), { bad: true }) });
  const zones = Intl.supportedValuesOf('timeZone');
  const out = async () => {
    try {
      await api.del('/session');
    } finally {
      // A page of its own: nothing of this person stays in memory, and no screen is drawn without one.
      location.assign('/');
    }
  };
  return (
    <Dialog open onClose={onClose} title={t.profile.title}>
      <div className="col g12 profile">
        <p className="row">
          <b className="b">{me.name}</b>
          <span className="dd t13">{me.email}</span>
        </p>
        <div className="row wrap">
          <span className="lbl">{t.profile.lang}</span>
          <Seg<Lang>
            label={t.profile.lang}
            value={me.lang}
            onChange={(lang) => set({ lang })}
            items={[
              { id: 'ru', label: 'Русский' },
              { id: 'en', label: 'English' },
            ]}
          />
        </div>
        <div className="row wrap">
          <span className="lbl">{t.profile.theme}</span>
          <Seg<Theme>
            label={t.profile.theme}
            value={me.theme ?? 'system'}
            onChange={(theme) => set({ theme })}
            items={(['system', 'light', 'dark'] as Theme[]).map((id) => ({
              id,
              label: t.profile[id as 'system'],
            }))}
          />
        </div>
        <label className="row wrap">
          <span className="lbl">{t.profile.zone}</span>
          <select className="in" value={me.zone ?? ''} onChange={(e) => set({ zone: e.currentTarget.value })}>
            {!zones.includes(me.zone ?? '') && <option value={me.zone ?? ''}>{me.zone || '—'}</option>}
            {zones.map((z) => (
              <option key={z}>{z}</option>
            ))}
          </select>
        </label>
        <Switch label={t.profile.keys} on={!me.keys_off} onChange={(on) => set({ keys_off: !on })} />
        <p className="row wrap t13">
          {t.profile.notify}
          {permission === 'granted' ? (
            <span className="tag ok">{t.profile.notifyOn}</span>
          ) : permission === 'denied' ? (
            <span className="tag">{t.profile.notifyOff}</span>
          ) : (
            <button
              className="btn s"
              onClick={() => void Notification.requestPermission().then(setPermission)}
            >
              {t.profile.notifyAsk}
            </button>
          )}
        </p>
        <details>
          <summary className="t13">{t.profile.password}</summary>
          <form
            className="col g6"
            onSubmit={(e) => {
              e.preventDefault();
              patch.mutate(
                { password: fresh, old_password: old },
                {
                  onSuccess: () => {
                    setOld('');
                    setFresh('');
                    toast(t.profile.changed);
                  },
                  onError: (err) => toast(problemText(err, t), { bad: true }),
                },
              );
            }}
          >
            <Field
              label={t.profile.oldPassword}
              type="password"
              autoComplete="current-password"
              required
              value={old}
              onChange={(e) => setOld(e.currentTarget.value)}
            />
            <Field
              label={t.profile.newPassword}
              type="password"
              autoComplete="new-password"
              required
              minLength={8}
              value={fresh}
              onChange={(e) => setFresh(e.currentTarget.value)}
            />
            <button className="btn s">{t.save}</button>
          </form>
        </details>
        <button className="btn" onClick={() => void out()}>
          {t.profile.out}
        </button>
      </div>
    </Dialog>
  );
}

function ConflictWin({ c, onClose }: { c: Conflict; onClose: () => void }) {
  const t = useT();
  const f = useFmt();
  const show = (field: string, v: unknown): string => {
    if (v === null || v === undefined || v === '') return '—';
    if (field === 'stage') return t.stage[v as Stage];
    if (field === 'amount') return f.money(v as number, c.lead.currency ?? undefined);
    return typeof v === 'object' ? JSON.stringify(v) : String(v);
  };
  const rows = Object.entries(c.mine).flatMap(([field, mine]) =>
    field === 'facts'
      ? Object.entries(mine as Record<string, unknown>).map(
          ([k, v]) => [k, c.lead.facts?.[k]?.value, v] as const,
        )
      : [[field, c.lead[field as keyof typeof c.lead], mine] as const],
  );
  return (
    <Dialog open onClose={onClose} title={t.conflict.title}>
      <p className="d t13">{t.conflict.lead}</p>
      <table>
        <thead>
          <tr>
            <th>{t.conflict.field}</th>
            <th>{t.conflict.theirs}</th>
            <th>{t.conflict.mine}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([field, theirs, mine]) => (
            <tr key={field}>
              <td className="d">{t.field[field as keyof typeof t.field] ?? field}</td>
              <td>{show(field, theirs)}</td>
              <td className="m">{show(field, mine)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="row dlg-acts">
        <button className="btn" onClick={onClose}>
          {t.conflict.keep}
        </button>
        <button
          className="btn p"
          onClick={() => {
            c.write();
            onClose();
          }}
        >
          {t.conflict.write}
        </button>
      </div>
    </Dialog>
  );
}
