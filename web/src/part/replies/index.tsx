/* Quick replies on the card: the scripts that are for this lead, filled in; what was used; what the lead has agreed to. */
import { useId, useState } from 'react';
import { Link } from 'wouter';
import { useConsentPut, useConsents, useLeadReplies, useReplyUse, useReplyUses } from '../../api/replies';
import type { Consent, LeadReply } from '../../api/replies';
import { problemText } from '../../api/problem';
import { useNow } from '../../app/clock';
import { may, useMe } from '../../app/session';
import { useFmt, useT } from '../../i18n';
import { Block, Dialog, Field, Icon, toast, type IconName } from '../../kit';
import { useReplyT } from './text';
import './replies.css';

const icons: Record<LeadReply['kind'], IconName> = { call: 'phone', letter: 'mail', chat: 'msg' };

export function Replies({ id, email }: { id: string; email: string | null }) {
  const s = useReplyT();
  const me = useMe();
  const q = useLeadReplies(id);
  const [open, setOpen] = useState<string | undefined>();
  return (
    <section className="card" id="replies" aria-labelledby="replies-h">
      <div className="hd">
        <h2 id="replies-h" tabIndex={-1}>
          {s.title}
        </h2>
        <kbd className="sp">R</kbd>
      </div>
      <Block q={q} rows={3}>
        {(d) =>
          d.items.length ? (
            <ul className="plain replies">
              {d.items.map((r) => (
                <li key={r.script_id}>
                  <button
                    className="lnk open row g6"
                    aria-expanded={open === r.script_id}
                    onClick={() => setOpen(open === r.script_id ? undefined : r.script_id)}
                  >
                    <Icon n={icons[r.kind]} size="s" />
                    <span className="m">{r.name}</span>
                    <span className="d t12 sp">{s.kind[r.kind]}</span>
                  </button>
                  {open === r.script_id && (
                    <Reply key={r.body} lead={id} email={email} r={r} onDone={() => setOpen(undefined)} />
                  )}
                </li>
              ))}
            </ul>
          ) : (
            <p className="bd t13 d">
              {s.none} {may(me, 'model.edit') && <Link href="/settings/replies">{s.noneEdit}</Link>}
            </p>
          )
        }
      </Block>
      <Uses id={id} />
      <Agreed id={id} />
    </section>
  );
}

function Reply({
  lead,
  email,
  r,
  onDone,
}: {
  lead: string;
  email: string | null;
  r: LeadReply;
  onDone: () => void;
}) {
  const s = useReplyT();
  const t = useT();
  const me = useMe();
  const id = useId();
  const use = useReplyUse(lead);
  const [subject, setSubject] = useState(r.subject ?? '');
  const [body, setBody] = useState(r.body);
  const put = (way: 'hand' | 'letter', done: string) =>
    use.mutate(
      { script_id: r.script_id, way, subject: subject || null, body },
      {
        onSuccess: () => {
          toast(done);
          onDone();
        },
        onError: (e) => toast(problemText(e, t), { bad: true }),
      },
    );
  const copy = () => void navigator.clipboard?.writeText(body).then(() => put('hand', s.copied));
  const edit = may(me, 'lead.edit');
  return (
    <div className="col g6">
      {r.missing && <p className="warn t12">{s.missing(r.missing)}</p>}
      {r.kind === 'letter' && (
        <Field
          label={s.subject}
          value={subject}
          maxLength={200}
          onChange={(e) => setSubject(e.currentTarget.value)}
        />
      )}
      <label className="vh" htmlFor={id}>
        {s.text}
      </label>
      <textarea id={id} className="in" value={body} onChange={(e) => setBody(e.currentTarget.value)} />
      {edit && (
        <div className="row g6 wrap">
          {r.kind === 'call' && (
            <button className="btn s p" disabled={use.isPending} onClick={() => put('hand', s.saidDone)}>
              <Icon n="check" size="s" />
              {s.said}
            </button>
          )}
          {r.letter && (
            <button
              className="btn s p"
              disabled={use.isPending || !subject.trim() || !body.trim()}
              onClick={() => put('letter', s.sent)}
            >
              <Icon n="mail" size="s" />
              {s.send}
            </button>
          )}
          {r.kind === 'letter' && email && (
            <a
              className="btn s"
              href={`mailto:${email}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`}
              onClick={() => put('hand', s.saidDone)}
            >
              {s.mail}
            </a>
          )}
          {r.kind !== 'call' && (
            <button className="btn s" disabled={use.isPending} onClick={copy}>
              {s.copy}
            </button>
          )}
        </div>
      )}
      {r.kind === 'letter' && !r.letter && <p className="dd t12">{s.why}</p>}
    </div>
  );
}

function Uses({ id }: { id: string }) {
  const s = useReplyT();
  const f = useFmt();
  const now = useNow(60);
  const q = useReplyUses(id);
  if (!q.data?.items.length) return null;
  return (
    <details className="bd">
      <summary className="t13">
        {s.used}: {q.data.items.length}
      </summary>
      <ul className="plain t12">
        {q.data.items.map((u, i) => (
          <li key={i} className="row g6 wrap">
            <span>{u.name ?? s.gone}</span>
            <span className="d">{u.by_name ?? s.byItself}</span>
            <span className="d nw">{f.when(u.at, now)}</span>
            {u.letter !== 'none' && (
              <span className={u.letter === 'dead' ? 'bad' : 'd'} title={u.error ?? undefined}>
                {s.letter[u.letter]}
              </span>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

const purposes: Consent['purpose'][] = ['answer', 'advertising'];

function Agreed({ id }: { id: string }) {
  const s = useReplyT();
  const f = useFmt();
  const me = useMe();
  const now = useNow(60);
  const q = useConsents(id);
  const [asking, setAsking] = useState<{ purpose: Consent['purpose']; given: boolean } | undefined>();
  const items = q.data?.items ?? [];
  return (
    <div className="bd">
      <h3 className="t13">{s.consent}</h3>
      <ul className="plain consents t13">
        {purposes.map((p) => {
          const one = items.find((x) => x.purpose === p && x.stands);
          return (
            <li key={p} className="row g6 wrap">
              <span>{s.purpose[p]}</span>
              <span className={'tag' + (one?.given ? ' ok' : one ? ' bad' : '')}>
                {one ? (one.given ? s.given : s.taken) : s.unsaid}
              </span>
              {one && (
                <span className="d t12" title={one.words ?? undefined}>
                  {[one.by_name ?? one.place, f.when(one.at, now)].filter(Boolean).join(', ')}
                </span>
              )}
              {may(me, 'lead.edit') && (
                <button className="btn s g sp" onClick={() => setAsking({ purpose: p, given: !one?.given })}>
                  {one?.given ? s.take : s.give}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {items.length > 2 && (
        <details>
          <summary className="t12 d">{s.history(items.length)}</summary>
          <ul className="plain t12">
            {items.map((x, i) => (
              <li key={i}>
                {f.when(x.at, now)}: {s.purpose[x.purpose]} — {x.given ? s.given : s.taken}
                {x.place && <span className="d brk"> ({x.place})</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
      {asking && <Note lead={id} ask={asking} onClose={() => setAsking(undefined)} />}
    </div>
  );
}

function Note({
  lead,
  ask,
  onClose,
}: {
  lead: string;
  ask: { purpose: Consent['purpose']; given: boolean };
  onClose: () => void;
}) {
  const s = useReplyT();
  const t = useT();
  const put = useConsentPut(lead);
  const [place, setPlace] = useState('');
  return (
    <Dialog open onClose={onClose} title={`${s.purpose[ask.purpose]}: ${ask.given ? s.give : s.take}`}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          put.mutate(
            { ...ask, place: place.trim() },
            { onSuccess: onClose, onError: (x) => toast(problemText(x, t), { bad: true }) },
          );
        }}
      >
        <Field
          label={s.place}
          hint={s.placeHint}
          required
          autoFocus
          maxLength={1000}
          value={place}
          onChange={(e) => setPlace(e.currentTarget.value)}
        />
        <div className="row g6">
          <button type="button" className="btn sp" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p" disabled={!place.trim() || put.isPending}>
            {s.keep}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
