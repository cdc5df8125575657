/* The form of one leaf: its kind, and the fields of that kind. */
import { useId, useState, type ReactNode } from 'react';
import { Icon } from '../../kit';
import {
  blank,
  countOps,
  holes,
  kindOf,
  knownFacts,
  leafKinds,
  ops,
  readList,
  readValue,
  takes,
  units,
  windowOf,
  withOp,
  withWindow,
  type Cond,
  type LeafKind,
  type Match,
  type Op,
  type Unit,
  type Where,
  type Window,
} from './cond';
import { useCondTexts } from './texts';
import { pagePatterns, useWords, type FactWord } from './words';

export function LeafForm({
  cond,
  onChange,
  events = [],
  check,
  fixed,
}: {
  cond: Cond;
  onChange: (c: Cond) => void;
  events?: string[];
  check?: boolean;
  fixed?: boolean; // in a sentence the kind stays
}) {
  const w = useCondTexts();
  const k = kindOf(cond) as LeafKind;
  const words = useWords();
  const factNames = [...new Set([...knownFacts, ...(words?.facts.map((f) => f.name) ?? [])])];
  const known = 'fact' in cond ? words?.facts.find((f) => f.name === cond.fact) : undefined;
  const bad = check ? holes(cond).map((p) => p.join('.')) : [];
  return (
    <div className="leaf">
      {!fixed && (
        <Pick
          label={w.f.kind}
          value={k}
          items={leafKinds.map((x) => [x, w.kind[x]])}
          onChange={(x) => onChange(blank(x, cond))}
        />
      )}
      {'fact' in cond ? (
        <>
          <Text
            label={w.f.fact}
            field="fact"
            value={cond.fact}
            hints={factNames.map((f) => [f, w.facts[f] ?? f])}
            named
            bad={bad.includes('fact')}
            onChange={(fact) => onChange({ ...cond, fact })}
          />
          <Test
            t={cond}
            field="value"
            only={known ? opsOf(known.type, cond.op) : undefined}
            known={known}
            bad={bad.includes('value')}
            onChange={onChange}
          />
        </>
      ) : 'count' in cond ? (
        <>
          <MatchForm
            m={cond.count}
            field="count"
            events={events}
            bad={bad}
            onChange={(count) => onChange({ ...cond, count })}
          />
          <Test
            t={cond}
            field="value"
            only={countOps}
            bad={bad.includes('value')}
            label={w.f.times}
            onChange={(t) => onChange(t)}
          />
          <Span c={cond} onChange={onChange} />
        </>
      ) : 'within' in cond ? (
        <>
          <MatchForm
            m={cond.within}
            field="within"
            events={events}
            bad={bad}
            onChange={(within) => onChange({ ...cond, within })}
          />
          <Span c={cond} onChange={onChange} />
        </>
      ) : 'silent' in cond ? (
        <>
          <MatchForm
            m={cond.silent}
            field="silent"
            events={events}
            bad={bad}
            onChange={(silent) => onChange({ ...cond, silent })}
          />
          <Span c={cond} onChange={onChange} />
        </>
      ) : 'answered' in cond ? (
        <>
          <Sub label={w.f.ask}>
            <MatchForm
              m={cond.answered.ask}
              field="ask"
              events={events}
              bad={bad}
              onChange={(ask) => onChange({ ...cond, answered: { ...cond.answered, ask } })}
            />
          </Sub>
          <Sub label={w.f.reply}>
            <MatchForm
              m={cond.answered.reply}
              field="reply"
              events={events}
              bad={bad}
              onChange={(reply) => onChange({ ...cond, answered: { ...cond.answered, reply } })}
            />
          </Sub>
          <Span c={cond} onChange={onChange} />
        </>
      ) : (
        <MatchForm
          m={cond as Match}
          field={k}
          events={events}
          bad={bad}
          bare
          onChange={(m) => onChange(m as Cond)}
        />
      )}
    </div>
  );
}

function Sub({ label, children }: { label: string; children: ReactNode }) {
  return (
    <fieldset className="subleaf">
      <legend className="t12 d m">{label}</legend>
      {children}
    </fieldset>
  );
}

function Pick<T extends string>({
  label,
  value,
  items,
  onChange,
  field,
}: {
  label: string;
  value: T;
  items: [T, string][];
  onChange: (v: T) => void;
  field?: string;
}) {
  return (
    <select
      className="in"
      aria-label={label}
      title={label}
      data-field={field}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value as T)}
    >
      {items.map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

/* What is typed is kept as typed; the value that comes of it goes up at once. */
function Text({
  label,
  value,
  onChange,
  field,
  hints = [],
  bad,
  mode,
  size,
  named,
}: {
  label: string;
  value: string;
  onChange: (v: string) => void;
  field?: string;
  hints?: [string, string][];
  bad?: boolean;
  mode?: 'decimal';
  size?: number;
  named?: boolean; // a hint is shown by its name; either may be typed
}) {
  const w = useCondTexts();
  const id = useId();
  const shown = (named && hints.find(([v]) => v === value)?.[1]) || value;
  const meant = (s: string) =>
    (named && hints.find(([, n]) => n.toLowerCase() === s.trim().toLowerCase())?.[0]) || s;
  const [text, setText] = useState(shown);
  const [last, setLast] = useState(value);
  if (value !== last) {
    setLast(value);
    setText(shown);
  }
  return (
    <span className="leaffield">
      <input
        className="in"
        aria-label={label}
        placeholder={label}
        title={label}
        data-field={field}
        inputMode={mode}
        size={size}
        list={hints.length ? id : undefined}
        value={text}
        aria-invalid={bad || undefined}
        aria-describedby={bad ? id + 'b' : undefined}
        onChange={(e) => {
          const v = meant(e.currentTarget.value);
          setText(e.currentTarget.value);
          setLast(v);
          onChange(v);
        }}
        onBlur={named ? () => setText(shown) : undefined}
      />
      {hints.length > 0 && (
        <datalist id={id}>
          {hints.map(([v, name]) => (
            <option key={v} value={named ? name : v} label={name === v ? undefined : named ? v : name} />
          ))}
        </datalist>
      )}
      {bad && (
        <span id={id + 'b'} className="bad t12">
          {w.f.empty}
        </span>
      )}
    </span>
  );
}

/* A number field that may be empty or half typed without losing what is in it. */
function Num({
  label,
  value,
  onChange,
  field,
  bad,
}: {
  label: string;
  value: unknown;
  onChange: (n: number) => void;
  field?: string;
  bad?: boolean;
}) {
  const shown = value === undefined || value === null ? '' : String(value);
  const [text, setText] = useState(shown);
  const [last, setLast] = useState(shown);
  if (shown !== last) {
    setLast(shown);
    if (Number(text.replace(',', '.')) !== Number(shown)) setText(shown);
  }
  return (
    <input
      className="in num"
      aria-label={label}
      title={label}
      data-field={field}
      inputMode="decimal"
      size={6}
      value={text}
      aria-invalid={bad || undefined}
      onChange={(e) => {
        const s = e.currentTarget.value;
        setText(s);
        const n = Number(s.replace(',', '.').replace('−', '-'));
        if (s.trim() && Number.isFinite(n)) onChange(n);
      }}
    />
  );
}

function Test<T extends { op: Op; value?: unknown }>({
  t,
  onChange,
  field,
  only = ops,
  bad,
  label,
  known,
}: {
  t: T;
  onChange: (t: T) => void;
  field: string;
  only?: Op[];
  bad?: boolean;
  label?: string;
  known?: FactWord;
}) {
  const w = useCondTexts();
  const v = t.value;
  const hints = known?.values.map((x): [string, string] => [x, x]);
  const put = (value: unknown) => onChange({ ...t, value });
  const pair = Array.isArray(v) ? v : [v, v];
  const truth = typeof v === 'boolean' || ('fact' in t && t.fact === 'email.free') || known?.type === 'truth';
  return (
    <>
      <Pick
        label={w.f.op}
        field="op"
        value={t.op}
        items={only.map((o) => [o, w.ops[o]])}
        onChange={(op) => onChange(withOp(t, op))}
      />
      {takes[t.op] === 'number' || (takes[t.op] === 'any' && only === countOps) ? (
        <Num label={label ?? w.f.value} field={field} value={v} bad={bad} onChange={put} />
      ) : takes[t.op] === 'pair' ? (
        <>
          <Num
            label={w.f.valueFrom}
            field={field}
            value={pair[0]}
            bad={bad}
            onChange={(n) => put([n, pair[1]])}
          />
          <Num label={w.f.valueTo} field={field + '1'} value={pair[1]} onChange={(n) => put([pair[0], n])} />
        </>
      ) : takes[t.op] === 'list' ? (
        <Text
          label={w.f.list}
          size={44}
          field={field}
          value={Array.isArray(v) ? v.join(', ') : ''}
          hints={listHints(Array.isArray(v) ? v : [], known?.values ?? [])}
          bad={bad}
          onChange={(s) => put(readList(s))}
        />
      ) : takes[t.op] === 'text' ? (
        <Text
          label={w.f.value}
          field={field}
          value={String(v ?? '')}
          hints={hints}
          bad={bad}
          onChange={put}
        />
      ) : takes[t.op] === 'any' ? (
        truth ? (
          <Pick
            label={w.f.value}
            field={field}
            value={v === false ? 'false' : 'true'}
            items={[
              ['true', w.yes],
              ['false', w.no],
            ]}
            onChange={(s) => put(s === 'true')}
          />
        ) : (
          <Text
            label={w.f.value}
            field={field}
            value={String(v ?? '')}
            hints={hints}
            bad={bad}
            onChange={(s) => put(readValue(s))}
          />
        )
      ) : null}
    </>
  );
}

/* A list is typed whole: a hint is what stands there and one value more. */
const listHints = (there: unknown[], values: string[]): [string, string][] =>
  values.filter((x) => !there.includes(x)).map((x) => [[...there, x].join(', '), x]);

/* The comparisons that make sense of a fact of this type; the one in use stays. */
function opsOf(type: FactWord['type'], now: Op): Op[] {
  const fit: Op[] =
    type === 'truth'
      ? ['eq', 'ne', 'exists', 'empty']
      : type === 'number'
        ? ['>=', '<=', '>', '<', 'between', 'eq', 'ne', 'in', 'exists', 'empty']
        : ['eq', 'ne', 'has', 'starts', 'ends', 'in', 'matches', 'exists', 'empty'];
  return fit.includes(now) ? fit : [now, ...fit];
}

function MatchForm({
  m,
  onChange,
  events,
  field,
  bad,
  bare,
}: {
  m: Match;
  onChange: (m: Match) => void;
  events: string[];
  field: string;
  bad: string[];
  bare?: boolean; // the leaf itself is the match: its kind has said whether it is an event or a page
}) {
  const words = useWords();
  const w = useCondTexts();
  const what = m.page !== undefined ? 'page' : m.event !== undefined ? 'event' : 'any';
  const where = m.where ?? [];
  const putWhere = (l: Where[]) => {
    const next = { ...m };
    if (l.length) next.where = l;
    else delete next.where;
    onChange(next);
  };
  const isBad = (end: string) => bad.some((b) => b.endsWith(end));
  return (
    <>
      {!bare && (
        <Pick
          label={w.f.what}
          value={what}
          items={[
            ['event', w.f.whatEvent],
            ['page', w.f.whatPage],
            ...(field === 'ask' || field === 'reply' ? [] : [['any', w.f.whatAny] as ['any', string]]),
          ]}
          onChange={(x) =>
            onChange(x === 'page' ? { page: m.page ?? '/pricing*' } : x === 'event' ? { event: '' } : {})
          }
        />
      )}
      {what === 'page' && (
        <Text
          label={w.f.path}
          field={field}
          value={m.page ?? ''}
          hints={pagePatterns(words?.pages.map((p) => p.name) ?? []).map((p) => [p, p])}
          bad={isBad('page')}
          onChange={(page) => onChange({ ...m, page })}
        />
      )}
      {what === 'event' && (
        <Text
          label={w.f.names}
          field={field}
          value={Array.isArray(m.event) ? m.event.join(', ') : (m.event ?? '')}
          hints={[...new Set(['Page Viewed', ...events, ...(words?.events.map((e) => e.name) ?? [])])].map(
            (e) => [e, e],
          )}
          bad={isBad('event')}
          onChange={(s) => {
            const names = s
              .split(',')
              .map((x) => x.trim())
              .filter(Boolean);
            onChange({ ...m, event: names.length > 1 ? names : (names[0] ?? '') });
          }}
        />
      )}
      {where.map((x, i) => (
        <div key={i} className="whererow" role="group" aria-label={w.f.where}>
          <Text
            label={w.f.prop}
            value={x.prop}
            bad={isBad('where.' + i + '.prop')}
            onChange={(prop) => putWhere(where.map((y, j) => (j === i ? { ...y, prop } : y)))}
          />
          <Test
            t={x}
            field={field + '.where' + i}
            bad={isBad('where.' + i + '.value')}
            onChange={(t) => putWhere(where.map((y, j) => (j === i ? t : y)))}
          />
          <button
            type="button"
            className="btn g s ic"
            aria-label={w.f.remove(x.prop)}
            onClick={() => putWhere(where.filter((_, j) => j !== i))}
          >
            <Icon n="x" size="s" />
          </button>
        </div>
      ))}
      {what !== 'any' && (
        <button
          type="button"
          className="btn g s"
          onClick={() => putWhere([...where, { prop: '', op: 'eq', value: '' }])}
        >
          <Icon n="plus" size="s" />
          {w.f.addWhere}
        </button>
      )}
    </>
  );
}

function Span<T extends Window>({ c, onChange }: { c: T; onChange: (c: T) => void }) {
  const w = useCondTexts();
  const { unit, n } = windowOf(c);
  return (
    <>
      <Num label={w.f.period} field="window" value={n} onChange={(x) => onChange(withWindow(c, unit, x))} />
      <Pick
        label={w.f.unit}
        value={unit}
        items={units.map((u): [Unit, string] => [u, w.f.units[u]])}
        onChange={(u) => onChange(withWindow(c, u, n))}
      />
    </>
  );
}
