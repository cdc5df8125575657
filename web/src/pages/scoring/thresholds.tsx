/* Thresholds, limits of the whole score, what a band demands besides points, and how a company's score is made. */
import { useState } from 'react';
import type { Gate, ModelBody } from '../../api/models';
import type { Band } from '../../api/types';
import { useT } from '../../i18n';
import { Dialog, Field, Icon, Select } from '../../kit';
import { Builder } from '../../part/cond';
import { blank, holes } from '../../part/cond/cond';
import { CompanyForm } from './company';
import { Room } from './room';
import { useTitleOf } from './titles';
import { limitFault } from './model';
import { useScoringTexts } from './texts';

const numbers = ['warm', 'hot', 'hysteresis', 'floor', 'ceiling'] as const;

export function Thresholds({
  model,
  body,
  events,
  edit,
  onClose,
  onApply,
  onLeads,
}: {
  model: string;
  body: ModelBody;
  events: string[];
  edit: boolean;
  onClose: () => void;
  onApply: (b: ModelBody) => void;
  onLeads: (bucket: string) => void;
}) {
  const s = useScoringTexts();
  const t = useT();
  const title = useTitleOf();
  const [b, set] = useState(body);
  const [text, setText] = useState<Record<string, string>>({});
  const [check, setCheck] = useState(false);
  const gates = b.gates ?? [];
  const putGates = (g: Gate[]) => set({ ...b, gates: g });
  const putGate = (i: number, g: Gate) => putGates(gates.map((x, j) => (j === i ? g : x)));
  const wrong = limitFault(b);
  const whole = gates.every((g) => !g.when || !holes(g.when).length);
  const bands: Band[] = ['hot', 'warm'];
  return (
    <Dialog open onClose={onClose} title={s.thresholdsTitle}>
      <form
        className="form wide"
        onSubmit={(e) => {
          e.preventDefault();
          setCheck(true);
          if (!wrong && whole) onApply(b);
        }}
      >
        <div className="five">
          {numbers.map((k) => (
            <Field
              key={k}
              label={s.lim[k]}
              inputMode="decimal"
              disabled={!edit}
              value={text[k] ?? String(b[k] ?? 0).replace('-', '−')}
              onChange={(e) => {
                const x = e.currentTarget.value;
                setText({ ...text, [k]: x });
                const n = Number(x.replace('−', '-').replace(',', '.'));
                if (x.trim() && Number.isFinite(n)) set({ ...b, [k]: n });
              }}
            />
          ))}
          <Field
            label={s.lim.publicCeiling}
            inputMode="decimal"
            disabled={!edit}
            value={
              text.pc ??
              (b.public_ceiling === null || b.public_ceiling === undefined ? '' : String(b.public_ceiling))
            }
            onChange={(e) => {
              const x = e.currentTarget.value;
              setText({ ...text, pc: x });
              const n = Number(x.replace(',', '.'));
              if (!x.trim()) set({ ...b, public_ceiling: null });
              else if (Number.isFinite(n)) set({ ...b, public_ceiling: n });
            }}
          />
        </div>
        <p className="t12 dd">{s.lim.publicHint}</p>
        {wrong && (
          <p className="bad t12" role="alert">
            {s.lim.order}
          </p>
        )}
        {!wrong && (
          <Room
            model={model}
            body={b}
            edit={edit}
            kept={JSON.stringify({ ...b, hot: 0 }) === JSON.stringify({ ...body, hot: 0 })}
            onLeads={onLeads}
            onHot={(hot) => {
              set({ ...b, hot });
              setText({ ...text, hot: String(hot) });
            }}
          />
        )}
        <CompanyForm value={b.company} edit={edit} onChange={(company) => set({ ...b, company })} />
        <h3 className="t13 b">{s.lim.gates}</h3>
        <p className="t12 dd">{s.lim.gatesHint}</p>
        {gates.map((g, i) => (
          <div key={i} className="gate" role="group" aria-label={s.lim.addGate + ' ' + (i + 1)}>
            <Select
              label={s.lim.gateBand}
              value={g.band}
              items={bands.map((x) => ({ id: x, label: t.band[x] }))}
              onChange={(x) => putGate(i, { ...g, band: x as Band })}
            />
            <Select
              label={s.lim.gateKind}
              value={g.when ? 'when' : 'group'}
              items={[
                { id: 'group', label: s.lim.gateGroup },
                { id: 'when', label: s.lim.gateCond },
              ]}
              onChange={(k) =>
                putGate(
                  i,
                  k === 'when'
                    ? { band: g.band, when: blank('fact') }
                    : { band: g.band, group: b.groups[0]?.name ?? '', min: 10 },
                )
              }
            />
            {g.when ? (
              <div className="wide">
                <Builder
                  cond={g.when}
                  events={events}
                  check={check}
                  onChange={(when) => putGate(i, { ...g, when })}
                />
              </div>
            ) : (
              <>
                <Select
                  label={s.rule.group}
                  value={g.group ?? ''}
                  items={b.groups.map((x) => ({ id: x.name, label: title.group(x) }))}
                  onChange={(group) => putGate(i, { ...g, group })}
                />
                <Field
                  label={s.lim.gateMin}
                  inputMode="decimal"
                  defaultValue={g.min ?? 0}
                  onChange={(e) => {
                    const n = Number(e.currentTarget.value.replace('−', '-').replace(',', '.'));
                    if (Number.isFinite(n)) putGate(i, { ...g, min: n });
                  }}
                />
              </>
            )}
            {edit && (
              <button
                type="button"
                className="btn g s ic"
                aria-label={s.lim.removeGate}
                onClick={() => putGates(gates.filter((_, j) => j !== i))}
              >
                <Icon n="x" size="s" />
              </button>
            )}
          </div>
        ))}
        {edit && (
          <button
            type="button"
            className="btn g s self"
            onClick={() => putGates([...gates, { band: 'hot', group: b.groups[0]?.name ?? '', min: 10 }])}
          >
            <Icon n="plus" size="s" />
            {s.lim.addGate}
          </button>
        )}
        {check && !whole && (
          <p className="bad t12" role="alert">
            {s.rule.needWhen}
          </p>
        )}
        <div className="row g6 dlg-acts">
          <button type="button" className="btn sp" onClick={onClose}>
            {t.cancel}
          </button>
          {edit && (
            <button className="btn p" disabled={!!wrong}>
              {s.lim.apply}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
