/* How the house reaches people and programs: the bot, the mail relay, webhooks. Secrets are put in and never shown again. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { eventTypes, useChannels, useHooks, type Channels, type Hook } from '../../api/outreach';
import { fieldErrors, problemText } from '../../api/problem';
import { useNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Block, Dialog, Field, Icon, Select, toast } from '../../kit';
import { Copy } from './copy';
import { LetterTable, useNotifyTexts } from './letters';

export default function ChannelsPart() {
  const q = useChannels(true);
  return (
    <>
      <Block q={q} rows={6}>
        {(d) => (
          <>
            <Bot d={d} />
            <Mail key={d.mail_host + d.mail_from} d={d} />
          </>
        )}
      </Block>
      <Hooks />
    </>
  );
}

function usePut(onDone: () => void) {
  const t = useT();
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (body: object) => api.patch<Channels>('/channels', body),
    onSuccess: (d) => {
      qc.setQueryData(['channels'], d);
      void qc.invalidateQueries({ queryKey: ['notify'] });
      toast(t.saved);
      onDone();
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
}

function Bot({ d }: { d: Channels }) {
  const s = useNotifyTexts();
  const [token, setToken] = useState('');
  const put = usePut(() => setToken(''));
  const bad = fieldErrors(put.error);
  return (
    <section className="card">
      <div className="hd">
        <h2>{s.bot}</h2>
      </div>
      <form
        className="form bd"
        onSubmit={(e) => {
          e.preventDefault();
          put.mutate({ telegram_token: token.trim() });
        }}
      >
        <p className="t13 d">{s.botHint}</p>
        {d.telegram_set && (
          <p className="t13" role="status">
            <span className={'tag ' + (d.telegram_name ? 'ok' : 'warn')}>
              {d.telegram_name ? s.tokenSet(d.telegram_name) : s.tokenWaits}
            </span>
          </p>
        )}
        <Field
          label={s.token}
          type="password"
          autoComplete="off"
          maxLength={100}
          value={token}
          error={bad['/telegram_token']}
          onChange={(e) => setToken(e.currentTarget.value)}
        />
        {d.telegram_set && (
          <Select
            label={s.by}
            value={d.telegram_way}
            onChange={(v) => put.mutate({ telegram_way: v })}
            items={(['polling', 'webhook'] as const).map((id) => ({ id, label: s.bys[id] }))}
          />
        )}
        <div className="row g6">
          {d.telegram_set && (
            <button type="button" className="btn" onClick={() => put.mutate({ telegram_token: '' })}>
              {s.takeOff}
            </button>
          )}
          <button className="btn p sp" disabled={!token.trim() || put.isPending}>
            {s.save}
          </button>
        </div>
      </form>
    </section>
  );
}

function Mail({ d }: { d: Channels }) {
  const s = useNotifyTexts();
  const [x, set] = useState({ ...d, mail_port: String(d.mail_port), password: '' });
  const put = usePut(() => set((v) => ({ ...v, password: '' })));
  const bad = fieldErrors(put.error);
  const text = (
    key: 'mail_host' | 'mail_user' | 'mail_from' | 'mail_name' | 'mail_port',
    label: string,
    type = 'text',
  ) => (
    <Field
      label={label}
      type={type}
      autoComplete="off"
      value={x[key]}
      error={bad['/' + key]}
      onChange={(e) => set({ ...x, [key]: e.currentTarget.value })}
    />
  );
  return (
    <section className="card">
      <div className="hd">
        <h2>{s.mail}</h2>
      </div>
      <form
        className="form bd"
        onSubmit={(e) => {
          e.preventDefault();
          put.mutate({
            mail_host: x.mail_host.trim(),
            mail_port: Number(x.mail_port),
            mail_tls: x.mail_tls,
            mail_user: x.mail_user.trim(),
            mail_from: x.mail_from.trim(),
            mail_name: x.mail_name.trim(),
            ...(x.password ? { mail_password: x.password } : {}),
          });
        }}
      >
        <p className="t13 d">{s.mailHint}</p>
        <div className="two">
          {text('mail_host', s.host)}
          {text('mail_port', s.port, 'number')}
          <Select
            label={s.safe}
            value={x.mail_tls}
            onChange={(v) =>
              set({ ...x, mail_tls: v as Channels['mail_tls'], mail_port: v === 'tls' ? '465' : '587' })
            }
            items={(['starttls', 'tls', 'none'] as const).map((id) => ({ id, label: s.safes[id] }))}
          />
          {text('mail_user', s.user)}
          <Field
            label={s.password}
            type="password"
            autoComplete="new-password"
            value={x.password}
            hint={d.mail_password_set ? s.passwordSet : undefined}
            onChange={(e) => set({ ...x, password: e.currentTarget.value })}
          />
          {text('mail_from', s.fromAddress, 'email')}
          {text('mail_name', s.fromName)}
        </div>
        <div className="row">
          <button className="btn p sp" disabled={put.isPending}>
            {s.save}
          </button>
        </div>
      </form>
    </section>
  );
}

function Hooks() {
  const s = useNotifyTexts();
  const q = useHooks();
  const [adding, setAdding] = useState(false);
  const [at, setAt] = useState<string>();
  const [secret, setSecret] = useState<string>();
  return (
    <section className="card">
      <div className="hd wrap">
        <h2>{s.hooks}</h2>
        <button className="btn s p sp" onClick={() => setAdding(true)}>
          <Icon n="plus" size="s" />
          {s.addHook}
        </button>
      </div>
      <p className="bd t13 d">{s.hooksHint}</p>
      <Block q={q} rows={2}>
        {(p) =>
          p.items.length ? (
            <table className="cards">
              <thead>
                <tr>
                  <th scope="col">{s.hookName}</th>
                  <th scope="col">{s.url}</th>
                  <th scope="col">{s.types}</th>
                  <th scope="col">{s.state}</th>
                </tr>
              </thead>
              <tbody>
                {p.items.map((h) => (
                  <HookRow key={h.id} h={h} onOpen={() => setAt(h.id)} />
                ))}
              </tbody>
            </table>
          ) : (
            <p className="bd t13 d">{s.noHooks}</p>
          )
        }
      </Block>
      {adding && <AddHook onClose={() => setAdding(false)} onSecret={setSecret} />}
      {at && q.data?.items.some((h) => h.id === at) && (
        <OneHook
          h={q.data.items.find((h) => h.id === at)!}
          onClose={() => setAt(undefined)}
          onSecret={setSecret}
        />
      )}
      {secret && (
        <Dialog open onClose={() => setSecret(undefined)} title={s.secret}>
          <div className="form">
            <p className="t13 d">{s.secretHint}</p>
            <Copy text={secret} label={s.secret} />
            <div className="row">
              <button className="btn p sp" onClick={() => setSecret(undefined)}>
                {s.done}
              </button>
            </div>
          </div>
        </Dialog>
      )}
    </section>
  );
}

function HookRow({ h, onOpen }: { h: Hook; onOpen: () => void }) {
  const s = useNotifyTexts();
  const f = useFmt();
  const now = useNow(60);
  return (
    <tr>
      <td>
        <button className="lnk m" onClick={onOpen}>
          {h.name}
        </button>
      </td>
      <td className="d cut">
        <code>{h.url}</code>
      </td>
      <td className="d t13">{h.types.join(', ')}</td>
      <td>
        <span className="row g6 wrap">
          <span className={'tag ' + { on: 'ok', off: '', stopped: 'bad' }[h.state]}>
            {s.hookStates[h.state]}
          </span>
          {h.why && <span className="d t12">{s.whys[h.why] ?? h.why}</span>}
          {h.state === 'on' && h.failing_at && (
            <span className="bad t12">{s.failing(f.when(h.failing_at, now))}</span>
          )}
        </span>
      </td>
    </tr>
  );
}

function AddHook({ onClose, onSecret }: { onClose: () => void; onSecret: (secret: string) => void }) {
  const s = useNotifyTexts();
  const t = useT();
  const qc = useQueryClient();
  const [name, setName] = useState('');
  const [url, setUrl] = useState('https://');
  const [types, setTypes] = useState<string[]>(['lead.hot', 'lead.assigned']);
  const add = useMutation({
    mutationFn: () => api.post<Hook>('/hooks', { name: name.trim(), url: url.trim(), types }),
    onSuccess: (h) => {
      void qc.invalidateQueries({ queryKey: ['hooks'] });
      onClose();
      if (h.secret) onSecret(h.secret);
    },
  });
  const bad = fieldErrors(add.error);
  return (
    <Dialog open onClose={onClose} title={s.addHook}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          add.mutate();
        }}
      >
        <Field
          label={s.hookName}
          required
          autoFocus
          maxLength={100}
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <Field
          label={s.url}
          type="url"
          required
          value={url}
          error={bad['/url'] ? s.urlBad : undefined}
          onChange={(e) => setUrl(e.currentTarget.value)}
        />
        <fieldset className="field">
          <legend>{s.types}</legend>
          {eventTypes.map((x) => (
            <label className="row g6" key={x}>
              <input
                type="checkbox"
                checked={types.includes(x)}
                onChange={(e) =>
                  setTypes(e.currentTarget.checked ? [...types, x] : types.filter((y) => y !== x))
                }
              />
              <code>{x}</code>
            </label>
          ))}
        </fieldset>
        <div className="row g6">
          <button type="button" className="btn sp" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p" disabled={!types.length || add.isPending}>
            {s.addHook}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function OneHook({
  h,
  onClose,
  onSecret,
}: {
  h: Hook;
  onClose: () => void;
  onSecret: (secret: string) => void;
}) {
  const s = useNotifyTexts();
  const t = useT();
  const qc = useQueryClient();
  const fresh = () => {
    void qc.invalidateQueries({ queryKey: ['hooks'] });
    void qc.invalidateQueries({ queryKey: ['letters'] });
  };
  const act = useMutation({
    mutationFn: (f: () => Promise<void>) => f(),
    onError: (e) => toast(problemText(e, t), { bad: true }),
    onSettled: fresh,
  });
  const test = async () => {
    await api.post(`/hooks/${h.id}/test`, {});
    toast(s.tested);
  };
  const rotate = async () => {
    const r = await api.post<Hook>(`/hooks/${h.id}/rotate`, {});
    if (r.secret) onSecret(r.secret);
    toast(s.rotateHint);
  };
  const replay = async () => {
    const r = await api.post<{ letters: number }>(`/hooks/${h.id}/replay`, { since: h.made_at });
    toast(s.replayed(r.letters));
  };
  const flip = async () => {
    await api.patch(`/hooks/${h.id}`, { on: h.state !== 'on' });
  };
  const remove = async () => {
    await api.del(`/hooks/${h.id}`);
    onClose();
  };
  const button = (label: string, f: () => Promise<void>) => (
    <button className="btn s" disabled={act.isPending} onClick={() => act.mutate(f)}>
      {label}
    </button>
  );
  return (
    <Dialog open onClose={onClose} title={h.name} side>
      <div className="form">
        <p className="t13 d">
          <code>{h.url}</code>
        </p>
        <div className="row g6 wrap">
          {button(s.test, test)}
          {button(s.replay, replay)}
          {button(s.rotate, rotate)}
          {button(h.state === 'on' ? s.hookOff : s.hookOn, flip)}
          {button(s.remove_, remove)}
        </div>
        <h3>{s.deliveries}</h3>
      </div>
      <LetterTable path="/letters" ask={{ hook: h.id }} again />
    </Dialog>
  );
}
