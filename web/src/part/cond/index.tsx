/* A condition on the screen: a sentence whose values open the form of their leaf, and the tree of forms in full. */
import { useEffect, useId, useRef, useState } from 'react';
import { useLang } from '../../i18n';
import { Icon, usePop } from '../../kit';
import { blank, getAt, isPerEvent, kindOf, setAt, type Cond, type LeafKind, type Path } from './cond';
import { cut, folded } from './fold';
import { LeafForm } from './leaf';
import { plain, sentence } from './sentence';
import { useCondTexts } from './texts';
import './cond.css';

export { isPerEvent, useCondTexts };

/* The sentence; read-only without onChange. */
export function Sentence({
  cond,
  onChange,
  events,
  bad,
  after = '',
}: {
  cond: Cond;
  onChange?: (c: Cond) => void;
  events?: string[];
  after?: string; // how the sentence goes on
  bad?: Path[]; // places that are found wrong: values of their leaves are marked
}) {
  const w = useCondTexts();
  const lang = useLang();
  const wrong = (leaf: Path) => bad?.some((b) => leaf.every((x, i) => b[i] === x));
  const [whole, setWhole] = useState(false);
  const all = sentence(cond, w, lang);
  const list = [...(whole || !onChange ? all : cut(folded(all), wrong)), ...(after ? [after] : [])];
  const bare = (v: string) =>
    v.startsWith(w.quotes[0]) && v.endsWith(w.quotes[1]) ? v.slice(1, -1) || v : v;
  return (
    <span className="sentence">
      {list.map((p, i) => {
        if (typeof p === 'string')
          return <span key={i}>{typeof list[i - 1] === 'object' ? tail(p) : p}</span>;
        if ('more' in p)
          return (
            <button key={i} type="button" className="lnk t12 morev" onClick={() => setWhole(true)}>
              {w.andMore(p.more)}
            </button>
          );
        if (!onChange)
          return (
            <b key={i} className="m">
              {p.v}
            </b>
          );
        const next = list[i + 1];
        const close = typeof next === 'string' ? next.slice(0, next.length - tail(next).length) : '';
        const value = (
          <Value
            text={bare(p.v)}
            hole={p.hole || wrong(p.leaf)}
            leaf={getAt(cond, p.leaf) as Cond}
            field={p.field}
            events={events}
            onChange={(x) => onChange(setAt(cond, p.leaf, x))}
          />
        );
        // A comma stays with its value.
        return close ? (
          <span key={i} className="keep">
            {value}
            {close}
          </span>
        ) : (
          <span key={i}>{value}</span>
        );
      })}
    </span>
  );
}

/* What of a text that follows a value may go to the next line. */
const tail = (p: string) => p.replace(/^[,.;:)]+/, '');

function Value({
  text,
  hole,
  leaf,
  field,
  events,
  onChange,
}: {
  text: string;
  hole?: boolean;
  leaf: Cond;
  field: string;
  events?: string[];
  onChange: (c: Cond) => void;
}) {
  const w = useCondTexts();
  const btn = useRef<HTMLButtonElement>(null);
  const { pop, open, set } = usePop(btn);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const first =
      pop.current?.querySelector<HTMLElement>(`[data-field="${field}"]`) ??
      pop.current?.querySelector<HTMLElement>('input, select');
    first?.focus();
  }, [open, field, pop]);
  const shut = () => {
    set(false);
    btn.current?.focus();
  };
  return (
    <>
      <button
        ref={btn}
        type="button"
        className={'vv' + (hole ? ' hole' : '')}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => set(!open)}
      >
        {text}
      </button>
      <div
        ref={pop}
        popover="manual"
        className="pop leafpop"
        id={id}
        role="dialog"
        aria-label={w.edit(text)}
        onKeyDown={(e) => {
          if (e.key !== 'Escape' && !(e.key === 'Enter' && e.target instanceof HTMLInputElement)) return;
          e.preventDefault();
          e.stopPropagation();
          shut();
        }}
      >
        {open && (
          <>
            <LeafForm cond={leaf} onChange={onChange} events={events} fixed />
            <div className="row">
              <button type="button" className="btn s sp" onClick={shut}>
                {w.f.done}
              </button>
            </div>
          </>
        )}
      </div>
    </>
  );
}

/* The whole tree. The root is shown as a group even when it is a single leaf, so that one more can always be added. */
export function Builder({
  cond,
  onChange,
  events,
  check,
}: {
  cond: Cond;
  onChange: (c: Cond) => void;
  events?: string[];
  check?: boolean;
}) {
  const k = kindOf(cond);
  const group = k === 'all' || k === 'any' ? cond : { all: [cond] };
  return (
    <Group
      cond={group as Grouped}
      depth={0}
      events={events}
      check={check}
      onChange={(g) => onChange(tidy(g))}
    />
  );
}

type Grouped = { all: Cond[] } | { any: Cond[] };
/* A group of one is that one. */
function tidy(g: Grouped): Cond {
  const list = 'all' in g ? g.all : g.any;
  return list.length === 1 ? list[0]! : g;
}

function Group({
  cond,
  onChange,
  onRemove,
  depth,
  events,
  check,
}: {
  cond: Grouped;
  onChange: (c: Grouped) => void;
  onRemove?: () => void;
  depth: number;
  events?: string[];
  check?: boolean;
}) {
  const w = useCondTexts();
  const k = 'all' in cond ? 'all' : 'any';
  const list = 'all' in cond ? cond.all : cond.any;
  const put = (l: Cond[], as: 'all' | 'any' = k) =>
    onChange((as === 'all' ? { all: l } : { any: l }) as Grouped);
  const name = useId();
  // Rows keep their identity while the list changes around them.
  const [ids, setIds] = useState(() => list.map((_, i) => i));
  const next = useRef(list.length);
  while (ids.length < list.length) ids.push(next.current++);
  return (
    <div className={'cgroup' + (depth ? ' in-group' : '')} role="group" aria-label={w.f.group}>
      {(list.length > 1 || depth > 0) && (
        <div className="row">
          <fieldset className="seg" aria-label={w.f.join}>
            {(['all', 'any'] as const).map((x) => (
              <label key={x}>
                <input type="radio" name={name} checked={x === k} onChange={() => put(list, x)} />
                <span>{x === 'all' ? w.f.all : w.f.anyOf}</span>
              </label>
            ))}
          </fieldset>
          {onRemove && <Remove what={w.f.group} run={onRemove} />}
        </div>
      )}
      <ul className="col g6">
        {list.map((c, i) => (
          <li key={ids[i]}>
            <Node
              cond={c}
              depth={depth + 1}
              events={events}
              check={check}
              onChange={(x) => put(list.map((y, j) => (j === i ? x : y)))}
              onRemove={
                list.length > 1
                  ? () => {
                      setIds(ids.filter((_, j) => j !== i));
                      put(list.filter((_, j) => j !== i));
                    }
                  : undefined
              }
            />
          </li>
        ))}
      </ul>
      <div className="row g6">
        <button type="button" className="btn s g" onClick={() => put([...list, blank('fact')])}>
          <Icon n="plus" size="s" />
          {w.f.add}
        </button>
        {depth < 4 && (
          <button
            type="button"
            className="btn s g"
            onClick={() =>
              put([
                ...list,
                (k === 'all'
                  ? { any: [blank('fact'), blank('event')] }
                  : { all: [blank('fact'), blank('event')] }) as Cond,
              ])
            }
          >
            <Icon n="plus" size="s" />
            {w.f.addGroup}
          </button>
        )}
      </div>
    </div>
  );
}

function Node({
  cond,
  onChange,
  onRemove,
  depth,
  events,
  check,
}: {
  cond: Cond;
  onChange: (c: Cond) => void;
  onRemove?: () => void;
  depth: number;
  events?: string[];
  check?: boolean;
}) {
  const w = useCondTexts();
  const lang = useLang();
  const no = 'not' in cond;
  const inner = no ? cond.not : cond;
  const put = (c: Cond) => onChange(no ? { not: c } : c);
  const k = kindOf(inner);
  const what = plain(inner, w, lang);
  const toggle = (
    <label className="row t12 g4 notbox">
      <input type="checkbox" checked={no} onChange={() => onChange(no ? inner : { not: inner })} />
      {w.f.notOn}
    </label>
  );
  if (k === 'all' || k === 'any')
    return (
      <div className="cnode">
        {toggle}
        <Group
          cond={inner as Grouped}
          depth={depth}
          events={events}
          check={check}
          onChange={put}
          onRemove={onRemove}
        />
      </div>
    );
  if (k === 'not') return <Node cond={inner} {...{ onChange: put, onRemove, depth, events, check }} />;
  return (
    <div className="cnode">
      {toggle}
      <LeafForm cond={inner} onChange={put} events={events} check={check} />
      {onRemove && <Remove what={what} run={onRemove} />}
    </div>
  );
}

function Remove({ what, run }: { what: string; run: () => void }) {
  const w = useCondTexts();
  return (
    <button type="button" className="btn g s ic sp" aria-label={w.f.remove(what)} onClick={run}>
      <Icon n="x" size="s" />
    </button>
  );
}

export type { Cond, LeafKind, Path };
