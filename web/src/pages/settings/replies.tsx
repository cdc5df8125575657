/* Quick replies: the scripts, what came of each, and their texts with blanks. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useRef, useState } from 'react';
import { api } from '../../api/client';
import { fieldErrors, problemText } from '../../api/problem';
import { scriptKinds, useBlanks, useScriptPut, useScripts } from '../../api/replies';
import type { Script, ScriptAsk, ShareOf } from '../../api/replies';
import { useFindLeads } from '../../part/findlead';
import { may, useMe } from '../../app/session';
import { screenTexts, useFmt, useT } from '../../i18n';
import { Block, Combobox, Dialog, Field, Icon, Seg, Select, Switch, toast, type Opt } from '../../kit';
import { Builder, Sentence } from '../../part/cond';
import { blank, holes } from '../../part/cond/cond';
import type { RepliesTexts } from './replies-en';

const useTexts = screenTexts<RepliesTexts>({
  en: () => import('./replies-en'),
  ru: () => import('./replies-ru'),
});

/* The first blank of a text that nothing fills, or one that is not closed. The server says the same, but in English. */
export function wrongBlank(text: string, known: string[]): string | undefined {
  for (let at = text.indexOf('{{'); at >= 0; at = text.indexOf('{{', at + 2)) {
    const end = text.indexOf('}}', at);
    if (end < 0) return text.slice(at, at + 20);
    const word = (text.slice(at + 2, end).split('|')[0] ?? '').trim();
    if (!known.includes(word) && !/^fact\../.test(word)) return `{{${word}}}`;
  }
  return undefined;
}

const fresh = (place: number): ScriptAsk => ({
  name: '',
  kind: 'call',
  subject: null,
  body: '',
  place,
  automatic: false,
  enabled: true,
  condition: null,
  triggers: [],
});

export default function Replies() {
  const s = useTexts();
  const t = useT();
  const me = useMe();
  const qc = useQueryClient();
  const q = useScripts();
  const [at, setAt] = useState<{ script: ScriptAsk; id?: string } | undefined>();
  const starters = useMutation({
    mutationFn: () => api.post<{ added: number }>('/replies/starters'),
    onSuccess: (r) => toast(s.started(r.added)),
    onError: (e) => toast(problemText(e, t), { bad: true }),
    onSettled: () => void qc.invalidateQueries({ queryKey: ['replies'] }),
  });
  const edit = may(me, 'model.edit');
  return (
    <section className="card">
      <div className="hd wrap">
        <h2>{s.title}</h2>
        {edit && (
          <span className="row g6 sp">
            <button className="btn s" disabled={starters.isPending} onClick={() => starters.mutate()}>
              {s.starters}
            </button>
            <button className="btn s p" onClick={() => setAt({ script: fresh(q.data?.items.length ?? 0) })}>
              <Icon n="plus" size="s" />
              {s.add}
            </button>
          </span>
        )}
      </div>
      <p className="bd t13 d">{s.hint}</p>
      <Block q={q} rows={5}>
        {(d) =>
          d.items.length ? (
            <table className="cards">
              <thead>
                <tr>
                  <th scope="col">{s.name}</th>
                  <th scope="col">{s.forWhom}</th>
                  <th scope="col" className="num">
                    {s.uses}
                  </th>
                  <th scope="col" title={s.answeredHint}>
                    {s.answered}
                  </th>
                  <th scope="col">{s.won}</th>
                </tr>
              </thead>
              <tbody>
                {d.items.map((x) => (
                  <Row key={x.id} x={x} onOpen={edit ? () => setAt({ script: x, id: x.id }) : undefined} />
                ))}
              </tbody>
            </table>
          ) : (
            <p className="bd t13">{s.none}</p>
          )
        }
      </Block>
      {at && <Editor start={at.script} id={at.id} onClose={() => setAt(undefined)} />}
    </section>
  );
}

function Row({ x, onOpen }: { x: Script; onOpen?: () => void }) {
  const s = useTexts();
  return (
    <tr>
      <td>
        <span className="row g6 wrap">
          {onOpen ? (
            <button className="lnk m" aria-label={s.edit(x.name)} onClick={onOpen}>
              {x.name}
            </button>
          ) : (
            <span className="m">{x.name}</span>
          )}
          <span className="tag">{s.kinds[x.kind]}</span>
          {x.automatic && <span className="tag acc">{s.auto}</span>}
          {!x.enabled && <span className="tag">{s.off}</span>}
        </span>
      </td>
      <td className="d t13">{x.condition ? <Sentence cond={x.condition} /> : s.everybody}</td>
      <td className="num">{x.uses}</td>
      <td>
        <Share x={x.answered} />
      </td>
      <td>
        <Share x={x.won} />
      </td>
    </tr>
  );
}

function Share({ x }: { x: ShareOf }) {
  const s = useTexts();
  const f = useFmt();
  if (!x.enough) return <span className="dd t12 nw">{s.few(x.n, x.need)}</span>;
  return (
    <span className="nw">
      {f.pct(x.value ?? 0)}{' '}
      <span className="d t12 rest">{s.range(f.pct(x.low ?? 0), f.pct(x.high ?? 0))}</span>
    </span>
  );
}

function Editor({ start, id, onClose }: { start: ScriptAsk; id?: string; onClose: () => void }) {
  const s = useTexts();
  const t = useT();
  const qc = useQueryClient();
  const put = useScriptPut();
  const [x, setX] = useState(start);
  const set = (next: ScriptAsk) => {
    put.reset(); // what was refused is being mended
    setX(next);
  };
  const [triggers, setTriggers] = useState(start.triggers.join(', '));
  const [check, setCheck] = useState(false);
  const [asking, setAsking] = useState(false);
  const wrong = fieldErrors(put.error);
  const blanks = useBlanks();
  const known = (blanks.data?.items ?? []).map((b) => b.word);
  const bad = (text: string | null) => (known.length && text ? wrongBlank(text, known) : undefined);
  const wrongIn = { subject: bad(x.subject), body: bad(x.body) };
  const whole = !x.condition || holes(x.condition).length === 0;
  const remove = useMutation({
    mutationFn: () => api.del(`/replies/${id}`),
    onSuccess: () => {
      toast(s.gone);
      onClose();
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
    onSettled: () => void qc.invalidateQueries({ queryKey: ['replies'] }),
  });
  const keep = () => {
    setCheck(true);
    if (!whole || wrongIn.body || (x.kind === 'letter' && wrongIn.subject)) return;
    const script: ScriptAsk = {
      name: x.name.trim(),
      kind: x.kind,
      subject: x.kind === 'letter' ? x.subject : null,
      body: x.body,
      place: x.place,
      automatic: x.kind === 'letter' && x.automatic,
      enabled: x.enabled,
      condition: x.condition,
      triggers: triggers
        .split(',')
        .map((w) => w.trim())
        .filter(Boolean),
    };
    put.mutate({ script, ...(id ? { id } : {}) }, { onSuccess: onClose });
  };
  return (
    <Dialog open onClose={onClose} title={id ? s.edit(start.name) : s.fresh}>
      <form
        className="form wide"
        onSubmit={(e) => {
          e.preventDefault();
          keep();
        }}
      >
        <div className="two">
          <Field
            label={s.name}
            required
            autoFocus
            maxLength={200}
            value={x.name}
            error={wrong.name}
            onChange={(e) => set({ ...x, name: e.currentTarget.value })}
          />
          <Select
            label={s.kind}
            value={x.kind}
            items={scriptKinds.map((k) => ({ id: k, label: s.kinds[k] }))}
            onChange={(k) => set({ ...x, kind: k as ScriptAsk['kind'] })}
          />
        </div>
        <div className="field">
          <span className="flabel">{s.forWhom}</span>
          <Seg
            label={s.forWhom}
            value={x.condition ? 'some' : 'all'}
            onChange={(v) => set({ ...x, condition: v === 'all' ? null : blank('fact') })}
            items={[
              { id: 'all', label: s.everybody },
              { id: 'some', label: s.some },
            ]}
          />
        </div>
        {x.condition && (
          <>
            <Builder cond={x.condition} check={check} onChange={(condition) => set({ ...x, condition })} />
            {check && !whole && (
              <p className="bad t12" role="alert">
                {s.needWhen}
              </p>
            )}
          </>
        )}
        {x.kind === 'letter' && (
          <Field
            label={s.subject}
            required
            maxLength={200}
            value={x.subject ?? ''}
            error={wrongIn.subject ? s.noBlank(wrongIn.subject) : wrong.subject}
            onChange={(e) => set({ ...x, subject: e.currentTarget.value })}
          />
        )}
        <Body
          x={x}
          set={set}
          blanks={blanks.data?.items ?? []}
          error={wrongIn.body ? s.noBlank(wrongIn.body) : wrong.body}
        />
        {x.kind === 'letter' && (
          <>
            <Switch label={s.automatic} on={x.automatic} onChange={(automatic) => set({ ...x, automatic })} />
            {x.automatic && (
              <>
                <p className="dd t12">{s.automaticHint}</p>
                <Field
                  label={s.triggers}
                  required
                  value={triggers}
                  error={wrong.triggers}
                  onChange={(e) => setTriggers(e.currentTarget.value)}
                />
              </>
            )}
          </>
        )}
        <Switch label={s.enabled} on={x.enabled} onChange={(enabled) => set({ ...x, enabled })} />
        {put.error && !Object.keys(wrong).length && (
          <p className="failed" role="alert">
            {problemText(put.error, t)}
          </p>
        )}
        <Preview x={x} />
        <div className="row g6">
          {id && (
            <button type="button" className="btn bad" onClick={() => setAsking(true)}>
              {s.del}
            </button>
          )}
          <button type="button" className="btn sp" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p" disabled={put.isPending}>
            {s.keep}
          </button>
        </div>
      </form>
      {asking && (
        <Dialog open onClose={() => setAsking(false)} title={s.delAsk(start.name)}>
          <p className="t13">{s.delHint}</p>
          <div className="row dlg-acts">
            <button className="btn" onClick={() => setAsking(false)}>
              {t.cancel}
            </button>
            <button className="btn bad" disabled={remove.isPending} onClick={() => remove.mutate()}>
              {s.del}
            </button>
          </div>
        </Dialog>
      )}
    </Dialog>
  );
}

function Body({
  x,
  set,
  blanks,
  error,
}: {
  x: ScriptAsk;
  set: (x: ScriptAsk) => void;
  blanks: { word: string; name: string }[];
  error: string | undefined;
}) {
  const s = useTexts();
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const put = (word: string) => {
    const at = area.current?.selectionStart ?? x.body.length;
    set({ ...x, body: `${x.body.slice(0, at)}{{${word}}}${x.body.slice(at)}` });
    area.current?.focus();
  };
  return (
    <div className="field">
      <label htmlFor={id}>{s.text}</label>
      <textarea
        id={id}
        ref={area}
        className="in"
        rows={8}
        required
        maxLength={10000}
        value={x.body}
        aria-invalid={error ? true : undefined}
        aria-describedby={id + 'd'}
        onChange={(e) => set({ ...x, body: e.currentTarget.value })}
      />
      <span id={id + 'd'} className={error ? 'bad t12' : 'dd t12'}>
        {error ?? s.blankHint}
      </span>
      <span className="row g4 wrap">
        <span className="d t12">{s.blanks}</span>
        {blanks.map((b) => (
          <button key={b.word} type="button" className="btn s g" onClick={() => put(b.word)}>
            {b.name}
          </button>
        ))}
      </span>
    </div>
  );
}

function Preview({ x }: { x: ScriptAsk }) {
  const s = useTexts();
  const t = useT();
  const [lead, setLead] = useState<Opt[]>([]);
  const fill = useMutation({
    mutationFn: (id: string) =>
      api.post<{ subject: string | null; body: string; missing: string | null }>(
        `/leads/${id}/replies/preview`,
        { subject: x.subject, body: x.body },
      ),
  });
  const load = useFindLeads();
  return (
    <div className="field">
      <Combobox
        label={s.preview}
        placeholder={s.preview}
        value={lead}
        onChange={(v) => {
          setLead(v);
          if (v[0] && x.body) fill.mutate(v[0].id);
        }}
        load={load}
        empty={t.palette.empty}
      />
      {fill.error && <p className="bad t12">{problemText(fill.error, t)}</p>}
      {lead[0] && fill.data && (
        <div className="col g4" aria-live="polite">
          <span className="d t12">{s.previewOf(lead[0].label)}</span>
          {fill.data.subject && <span className="m t13">{fill.data.subject}</span>}
          <span className="t13 prewrap">{fill.data.body}</span>
          {fill.data.missing && <span className="warn t12">{s.missing(fill.data.missing)}</span>}
        </div>
      )}
    </div>
  );
}
