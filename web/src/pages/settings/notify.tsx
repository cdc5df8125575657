/* Each person's notifications: what by which channel, when not, the ways to the person, and how the last of them went. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import {
  noticeKinds,
  useNotify,
  ways,
  type NoticeKind,
  type Notify,
  type Reach,
  type Way,
} from '../../api/outreach';
import { problemText } from '../../api/problem';
import { addBrowser, canPush } from '../../app/push';
import { useMe } from '../../app/session';
import { setSound, soundOn } from '../../app/sound';
import { useT } from '../../i18n';
import { Block, Field, Icon, Switch, toast } from '../../kit';
import { Copy } from './copy';
import { LetterTable, useNotifyTexts } from './letters';

const clock = (m: number) =>
  `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/* Whether anything sent this way would arrive. */
const isAlive = (d: Notify, w: Way) =>
  w === 'mail' ? d.ready.includes('mail') : d.ways.some((x) => x.channel === w && !x.dead_at);

export default function NotifyPart() {
  const s = useNotifyTexts();
  const [waits, setWaits] = useState(false);
  const q = useNotify(waits);
  return (
    <>
      <Block q={q} rows={6}>
        {(d) => (
          <>
            <Ways d={d} onWait={setWaits} />
            <Choice d={d} />
          </>
        )}
      </Block>
      <section className="card">
        <div className="hd">
          <h2>{s.last}</h2>
        </div>
        <LetterTable path="/me/letters" ask={{}} />
      </section>
    </>
  );
}

function useSave() {
  const t = useT();
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (d: Notify) =>
      api.put<Notify>('/me/notifications', {
        channels: d.channels,
        quiet_from: d.quiet_from,
        quiet_until: d.quiet_until,
        quiet_hot: d.quiet_hot,
      }),
    onSuccess: (d) => qc.setQueryData(['notify'], d),
    onError: (e) => {
      toast(problemText(e, t), { bad: true });
      void qc.invalidateQueries({ queryKey: ['notify'] });
    },
  });
}

function Choice({ d }: { d: Notify }) {
  const s = useNotifyTexts();
  const qc = useQueryClient();
  const save = useSave();
  const put = (next: Notify) => {
    qc.setQueryData(['notify'], next);
    save.mutate(next);
  };
  const flip = (kind: NoticeKind, way: Way, on: boolean) =>
    put({
      ...d,
      channels: {
        ...d.channels,
        [kind]: on ? [...d.channels[kind], way] : d.channels[kind].filter((x) => x !== way),
      },
    });
  const quiet = d.quiet_from !== d.quiet_until;
  return (
    <section className="card">
      <div className="hd">
        <h2>{s.mine}</h2>
      </div>
      <p className="bd t13 d">{s.mineHint}</p>
      <div className="scrollx">
        <table className="choices">
          <thead>
            <tr>
              <th scope="col">{s.what}</th>
              {ways.map((w) => (
                <th scope="col" key={w}>
                  {s.ways[w]}
                  {!isAlive(d, w) && <span className="d t12 notyet">{s.noWay}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {noticeKinds.map((k) => (
              <tr key={k}>
                <th scope="row">{s.kinds[k]}</th>
                {ways.map((w) => (
                  <td key={w}>
                    <input
                      type="checkbox"
                      aria-label={s.tick(s.kinds[k], s.ways[w])}
                      checked={d.channels[k].includes(w)}
                      onChange={(e) => flip(k, w, e.currentTarget.checked)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="form bd">
        <h3 className="t13 b">{s.quiet}</h3>
        <Switch
          label={s.quietOn}
          on={quiet}
          onChange={(on) => put({ ...d, quiet_from: on ? 22 * 60 : 0, quiet_until: on ? 8 * 60 : 0 })}
        />
        {quiet && (
          <>
            <div className="row g6 wrap">
              <Field
                label={s.from}
                type="time"
                value={clock(d.quiet_from)}
                onChange={(e) =>
                  e.currentTarget.value && put({ ...d, quiet_from: minutes(e.currentTarget.value) })
                }
              />
              <Field
                label={s.until}
                type="time"
                value={clock(d.quiet_until)}
                onChange={(e) =>
                  e.currentTarget.value && put({ ...d, quiet_until: minutes(e.currentTarget.value) })
                }
              />
            </div>
            <Switch label={s.quietHot} on={d.quiet_hot} onChange={(on) => put({ ...d, quiet_hot: on })} />
          </>
        )}
      </div>
    </section>
  );
}

function Ways({ d, onWait }: { d: Notify; onWait: (on: boolean) => void }) {
  const s = useNotifyTexts();
  const t = useT();
  const me = useMe();
  const qc = useQueryClient();
  const [sound, hear] = useState(soundOn());
  const bad = (e: unknown) => toast(problemText(e as Error, t), { bad: true });
  const fresh = () => void qc.invalidateQueries({ queryKey: ['notify'] });
  const link = useMutation({
    mutationFn: () => api.post<{ link: string }>('/me/notifications/telegram', {}),
    onSuccess: () => onWait(true),
    onError: bad,
  });
  const browser = useMutation({
    mutationFn: () => addBrowser(d.push_key!),
    onSuccess: (r) => {
      if (r === 'denied') toast(s.pushDenied, { bad: true });
      else toast(s.added);
      fresh();
    },
    onError: () => toast(s.pushFailed, { bad: true }),
  });
  const drop = useMutation({
    mutationFn: (w: Reach) => api.del('/me/notifications/' + w.id),
    onError: bad,
    onSettled: fresh,
  });
  const test = useMutation({
    mutationFn: (channel: Way) => api.post('/me/notifications/test', { channel }),
    onSuccess: () => toast(s.tested),
    onError: bad,
    onSettled: () => void qc.invalidateQueries({ queryKey: ['letters'] }),
  });
  const alive = (w: Way) => isAlive(d, w);
  return (
    <section className="card">
      <div className="hd">
        <h2>{s.connect}</h2>
      </div>
      <ul className="waylist">
        {ways.map((w) => (
          <li key={w}>
            <div className="row g6 wrap">
              <b className="b">{s.ways[w]}</b>
              {w === 'mail' && d.ready.includes('mail') && (
                <span className="d t13">{s.mailTo(me.email)}</span>
              )}
              {!d.ready.includes(w) ? (
                <span className="tag">{s.notReady}</span>
              ) : (
                !alive(w) && <span className="tag">{s.noWay}</span>
              )}
              <span className="row g6 sp">
                {w === 'telegram' && d.ready.includes(w) && (
                  <button className="btn s" disabled={link.isPending} onClick={() => link.mutate()}>
                    {s.telegramAdd}
                  </button>
                )}
                {w === 'push' && d.push_key && canPush() && (
                  <button className="btn s" disabled={browser.isPending} onClick={() => browser.mutate()}>
                    {s.pushAdd}
                  </button>
                )}
                {alive(w) && (
                  <button
                    className="btn s"
                    aria-label={s.testOf(s.ways[w])}
                    disabled={test.isPending}
                    onClick={() => test.mutate(w)}
                  >
                    {s.test}
                  </button>
                )}
              </span>
            </div>
            {w === 'mail' && !d.ready.includes(w) && <p className="d t13">{s.noMail}</p>}
            {w === 'telegram' && !d.ready.includes(w) && <p className="d t13">{s.noBot}</p>}
            {w === 'push' && !canPush() && <p className="d t13">{s.pushNo}</p>}
            {w === 'telegram' && link.data && !d.ways.some((x) => x.channel === w && !x.dead_at) && (
              <div className="col g6">
                <p className="t13">{s.telegramHint}</p>
                <a className="btn p" href={link.data.link} target="_blank" rel="noreferrer">
                  {s.telegramOpen}
                </a>
                <Copy text={link.data.link} label={s.telegramOpen} />
              </div>
            )}
            {d.ways
              .filter((x) => x.channel === w)
              .map((x) => (
                <div className="row g6 t13" key={x.id}>
                  <span>{x.name || s.ways[w]}</span>
                  {x.dead_at && <span className="tag bad">{s.dead}</span>}
                  <button
                    className="btn g ic"
                    aria-label={s.removeOf(x.name || s.ways[w])}
                    onClick={() => drop.mutate(x)}
                  >
                    <Icon n="x" size="s" />
                  </button>
                </div>
              ))}
          </li>
        ))}
      </ul>
      <div className="form bd">
        <Switch
          label={s.sound}
          on={sound}
          onChange={(on) => {
            setSound(on);
            hear(on);
          }}
        />
      </div>
    </section>
  );
}
