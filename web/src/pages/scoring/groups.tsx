/* One group of rules: its limits, and a row a rule. */
import { useState } from 'react';
import type { Criterion, Group, ModelBody } from '../../api/models';
import { useFmt, useLang, useT } from '../../i18n';
import { Icon, Menu } from '../../kit';
import { isPerEvent, Sentence, useCondTexts } from '../../part/cond';
import { plain } from '../../part/cond/sentence';
import { LimitsButton } from './limits';
import { changeOf, withCriterion, type Change } from './model';
import { Points } from './points';
import { useScoringTexts } from './texts';

export function useTitleOf() {
  const lang = useLang();
  const w = useCondTexts();
  return {
    group: (g: Group) => g.title?.[lang] || g.title?.en || g.title?.ru || g.name,
    rule: (c: Criterion) => c.title?.[lang] || c.title?.en || c.title?.ru || plain(c.when, w, lang),
  };
}

export function GroupCard({
  group,
  body,
  base,
  changes,
  hits,
  events,
  faults,
  edit,
  onBody,
  onAdd,
  onOpen,
}: {
  group: Group;
  body: ModelBody;
  base: ModelBody;
  changes: Change[];
  hits: Map<string, number> | undefined;
  events: string[];
  faults: Map<string, string>;
  edit: boolean;
  onBody: (b: ModelBody) => void;
  onAdd: () => void;
  onOpen: (c: Criterion) => void;
}) {
  const s = useScoringTexts();
  const title = useTitleOf();
  const list = body.criteria.filter((c) => c.group === group.name);
  const was = base.groups.find((g) => g.name === group.name);
  const put = (patch: Partial<Group>) =>
    onBody({ ...body, groups: body.groups.map((g) => (g.name === group.name ? { ...g, ...patch } : g)) });
  const name = title.group(group);
  return (
    <section className="card grp" aria-label={name}>
      <div className="hd wrap">
        <h2>{name}</h2>
        <span className="t12 dd">{s.rules(list.length)}</span>
        <span className="sp row wrap g6 t12 d">
          {s.ceiling}
          <LimitInput
            label={s.groupFloor(name)}
            value={group.floor}
            was={was?.floor}
            edit={edit}
            onChange={(floor) => put({ floor })}
          />
          –
          <LimitInput
            label={s.groupCeiling(name)}
            value={group.ceiling}
            was={was?.ceiling}
            edit={edit}
            onChange={(ceiling) => put({ ceiling })}
          />
        </span>
        {edit && (
          <button className="btn s g" onClick={onAdd}>
            <Icon n="plus" size="s" />
            {s.addRule}
          </button>
        )}
      </div>
      {list.length ? (
        <table className="rt">
          <thead>
            <tr>
              <th scope="col">
                <span className="vh">{s.col.on}</span>
              </th>
              <th scope="col">{s.col.when}</th>
              <th scope="col">{s.col.points}</th>
              <th scope="col" className="num" title={s.hitsHint}>
                {s.col.hits}
              </th>
              <th scope="col">
                <span className="vh">{s.col.acts}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {list.map((c) => (
              <RuleRow
                key={c.id}
                c={c}
                change={changeOf(changes, c.id)}
                hits={hits?.get(c.id)}
                events={events}
                fault={faults.get(c.id)}
                edit={edit}
                onChange={(patch) => onBody(withCriterion(body, c.id, patch))}
                onRemove={() => onBody({ ...body, criteria: body.criteria.filter((x) => x.id !== c.id) })}
                onBack={(old) =>
                  onBody({ ...body, criteria: body.criteria.map((x) => (x.id === c.id ? old : x)) })
                }
                onOpen={() => onOpen(c)}
              />
            ))}
          </tbody>
        </table>
      ) : (
        <p className="bd t13 dd">{s.emptyGroup}</p>
      )}
    </section>
  );
}

function RuleRow({
  c,
  change,
  hits,
  events,
  fault,
  edit,
  onChange,
  onRemove,
  onBack,
  onOpen,
}: {
  c: Criterion;
  change: Extract<Change, { kind: 'added' | 'changed' }> | undefined;
  hits: number | undefined;
  events: string[];
  fault: string | undefined;
  edit: boolean;
  onChange: (patch: Partial<Criterion>) => void;
  onRemove: () => void;
  onBack: (old: Criterion) => void;
  onOpen: () => void;
}) {
  const s = useScoringTexts();
  const f = useFmt();
  const title = useTitleOf().rule(c);
  const on = c.enabled !== false;
  const was = change?.kind === 'changed' ? change.was : undefined;
  const fields = change?.kind === 'changed' ? change.fields : [];
  const note =
    change?.kind === 'added'
      ? s.wasNew
      : fields.includes('points')
        ? s.was(f.num(was!.points).replace('-', '−'))
        : fields.includes('enabled')
          ? was!.enabled === false
            ? s.wasOff
            : s.wasOn
          : fields.length
            ? s.wasChanged
            : '';
  return (
    <tr className={(change ? 'ch ' : '') + (on ? '' : 'off')}>
      <td>
        <input
          type="checkbox"
          role="switch"
          className="swi"
          checked={on}
          disabled={!edit}
          aria-label={s.enable(title)}
          onChange={(e) => onChange({ enabled: e.currentTarget.checked })}
        />
      </td>
      <td>
        <span className="col">
          <span className="rt-when">
            <Sentence
              cond={c.when}
              events={events}
              onChange={edit ? (when) => onChange({ when }) : undefined}
            />
          </span>
          <span className="t12 dd rt-title">
            {c.title && <span className="m d">{title}</span>}
            <LimitsButton c={c} edit={edit} perEvent={isPerEvent(c.when)} onChange={onChange} title={title} />
          </span>
          {fault && (
            <span className="t12 bad" role="alert">
              {fault}
            </span>
          )}
        </span>
      </td>
      <td>
        <span className="row g6">
          <Points
            label={s.pointsOf(title)}
            value={c.points}
            edit={edit}
            changed={fields.includes('points')}
            onChange={(points) => onChange({ points })}
          />
          {note && <span className="t12 dd nw">{note}</span>}
        </span>
      </td>
      <td className="num d" data-label={s.col.hits}>
        {hits === undefined ? '' : f.num(hits)}
      </td>
      <td className="acts">
        {edit && (
          <Menu
            label={s.rule.menu(title)}
            items={[
              { label: s.rule.change, run: onOpen },
              ...(was ? [{ label: s.rule.back, run: () => onBack(was) }] : []),
              { label: s.rule.remove, danger: true, run: onRemove },
            ]}
          >
            <Icon n="dots" size="s" />
          </Menu>
        )}
      </td>
    </tr>
  );
}

function LimitInput({
  label,
  value,
  was,
  edit,
  onChange,
}: {
  label: string;
  value: number | null | undefined;
  was: number | null | undefined;
  edit: boolean;
  onChange: (v: number | null) => void;
}) {
  const s = useScoringTexts();
  const t = useT();
  const shown = value === null || value === undefined ? '' : String(value).replace('-', '−');
  const [text, setText] = useState(shown);
  const [last, setLast] = useState(shown);
  if (shown !== last) {
    setLast(shown);
    setText(shown);
  }
  const changed = (value ?? null) !== (was ?? null);
  return (
    <span className="row g4">
      <input
        className={'in mini' + (changed ? ' ch' : '')}
        aria-label={label}
        inputMode="numeric"
        placeholder={s.noLimit}
        disabled={!edit}
        value={text}
        onChange={(e) => {
          const x = e.currentTarget.value;
          setText(x);
          const n = Number(x.replace('−', '-').replace(',', '.'));
          if (!x.trim()) onChange(null);
          else if (Number.isFinite(n)) {
            setLast(String(n).replace('-', '−'));
            onChange(n);
          }
        }}
      />
      {changed && (
        <span className="dd nw">
          {s.was(was === null || was === undefined ? t.none : String(was).replace('-', '−'))}
        </span>
      )}
    </span>
  );
}
