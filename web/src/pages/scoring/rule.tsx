/* A rule in full: its names, the whole condition, points and limits. */
import { useState } from 'react';
import type { Criterion, ModelBody } from '../../api/models';
import { useLang, useT } from '../../i18n';
import { Dialog, Field, Select } from '../../kit';
import { Builder, isPerEvent, Sentence } from '../../part/cond';
import { blank, holes } from '../../part/cond/cond';
import { useTitleOf } from './titles';
import { LimitsForm } from './limits';
import { Points } from './points';
import { useScoringTexts } from './texts';

export function RuleDialog({
  start,
  body,
  events,
  edit,
  onClose,
  onKeep,
}: {
  start: Criterion | { group: string };
  body: ModelBody;
  events: string[];
  edit: boolean;
  onClose: () => void;
  onKeep: (c: Criterion) => void;
}) {
  const s = useScoringTexts();
  const t = useT();
  const lang = useLang();
  const title = useTitleOf();
  const isNew = !('id' in start);
  const [c, set] = useState<Criterion>(
    'id' in start
      ? start
      : {
          id: '',
          title: {},
          group: start.group,
          enabled: true,
          when: blank('fact'),
          points: 10,
          ageing: null,
        },
  );
  const [check, setCheck] = useState(false);
  const put = (patch: Partial<Criterion>) => set((x) => ({ ...x, ...patch }));
  const named = !!(c.title?.ru?.trim() || c.title?.en?.trim());
  const whole = holes(c.when).length === 0;
  const langs = lang === 'ru' ? (['ru', 'en'] as const) : (['en', 'ru'] as const);
  return (
    <Dialog open onClose={onClose} title={isNew ? s.rule.add : s.rule.edit}>
      <form
        className="form wide"
        onSubmit={(e) => {
          e.preventDefault();
          setCheck(true);
          if (named && whole) onKeep(c);
        }}
      >
        <div className="two">
          {langs.map((l, i) => (
            <Field
              key={l}
              label={l === 'ru' ? s.rule.titleRu : s.rule.titleEn}
              value={c.title?.[l] ?? ''}
              autoFocus={isNew && i === 0}
              maxLength={120}
              error={check && !named && i === 0 ? s.rule.needTitle : undefined}
              onChange={(e) => put({ title: { ...c.title, [l]: e.currentTarget.value } })}
            />
          ))}
        </div>
        <div className="two">
          <Select
            label={s.rule.group}
            value={c.group}
            items={body.groups.map((g) => ({ id: g.name, label: title.group(g) }))}
            onChange={(group) => put({ group })}
          />
          <div className="field">
            <span className="flabel">{s.rule.points}</span>
            <Points
              label={s.rule.points}
              value={c.points}
              edit={edit}
              onChange={(points) => put({ points })}
            />
          </div>
        </div>
        <h3 className="t13 b">{s.rule.when}</h3>
        <Builder cond={c.when} events={events} check={check} onChange={(when) => put({ when })} />
        {check && !whole && (
          <p className="bad t12" role="alert">
            {s.rule.needWhen}
          </p>
        )}
        <p className="t13 d said" aria-live="polite">
          <Sentence cond={c.when} />
        </p>
        <LimitsForm key={isPerEvent(c.when) ? 'e' : 's'} c={c} perEvent={isPerEvent(c.when)} onChange={put} />
        <div className="row g6 dlg-acts">
          <button type="button" className="btn sp" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p">{s.rule.save}</button>
        </div>
      </form>
    </Dialog>
  );
}
