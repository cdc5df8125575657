/* What is wrong or doubtful, as a list; each line leads to its place. Rules that hold for nobody are one line of their own. */
import type { ReactNode } from 'react';
import type { Criterion, ModelBody } from '../../api/models';
import { useFmt } from '../../i18n';
import { Icon } from '../../kit';
import type { Placed } from './model';
import { useScoringTexts } from './texts';
import { useTitleOf } from './titles';

export function NotesList({
  notes,
  body,
  onModel,
}: {
  notes: Placed[];
  body: ModelBody;
  onModel: () => void;
}) {
  const s = useScoringTexts();
  const titles = useTitleOf();
  if (!notes.length) return null;
  const errors = notes.filter((n) => n.error).length;
  const where = (n: Placed) => {
    const c = body.criteria.find((x) => x.id === n.criterion);
    const g = body.groups.find((x) => x.name === n.group);
    if (n.icp !== undefined) return titles.condition(body.icp!.conditions![n.icp]!);
    return c ? titles.rule(c) : g ? titles.group(g) : s.thresholdsTitle;
  };
  const jump = (n: Placed) => {
    const row = n.criterion ? document.getElementById('rule-' + n.criterion) : undefined;
    const head = n.group ? document.getElementById('group-' + n.group) : undefined;
    const at = row ?? head;
    if (!at) return onModel();
    at.scrollIntoView({ block: 'center' });
    const inside =
      n.field === 'points'
        ? '.pts input'
        : n.field === 'when'
          ? '.vv.hole, .vv'
          : n.field && /^(max_|cool|ageing)/.test(n.field)
            ? '.vv.lim'
            : head
              ? 'input'
              : '.vv';
    at.querySelector<HTMLElement>(inside)?.focus();
  };
  return (
    <details className={'notes ' + (errors ? 'err' : '')} open={errors > 0 || undefined}>
      <summary className="t13">
        <Icon n={errors ? 'warn' : 'info'} size="s" />
        <span role="status">{s.notes(errors, notes.length - errors)}</span>
      </summary>
      <ul>
        {notes.map((n, i) => (
          <li key={i}>
            {n.icp !== undefined ? (
              <span className="t13">{where(n)}</span>
            ) : (
              <button type="button" className="lnk t13" onClick={() => jump(n)}>
                {where(n)}
              </button>
            )}
            <span className={'t13 ' + (n.error ? 'bad' : 'd')}>{n.text}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/* Rules that give points to none of the leads: a starter's, where what it asks for has never been heard of. */
export function IdleRules({
  rules,
  leads,
  onDrop,
}: {
  rules: Criterion[];
  leads: number;
  onDrop?: () => void;
}) {
  const s = useScoringTexts();
  const f = useFmt();
  const titles = useTitleOf();
  if (rules.length < 2) return null;
  return (
    <Line told={s.idle.told(rules.length, f.num(leads))} {...(onDrop ? { onDrop } : {})}>
      {rules.map((c) => (
        <li key={c.id}>
          <button
            type="button"
            className="lnk t13"
            onClick={() => document.getElementById('rule-' + c.id)?.scrollIntoView({ block: 'center' })}
          >
            {titles.rule(c)}
          </button>
        </li>
      ))}
    </Line>
  );
}

/* Conditions of the ideal customer that ask for what was never heard of, likewise. */
export function IdleConditions({
  at,
  notes,
  body,
  onDrop,
}: {
  at: number[];
  notes: Placed[];
  body: ModelBody;
  onDrop?: () => void;
}) {
  const s = useScoringTexts();
  const titles = useTitleOf();
  if (at.length < 2) return null;
  return (
    <Line told={s.idle.icp(at.length)} {...(onDrop ? { onDrop } : {})}>
      {at.map((i) => (
        <li key={i}>
          <span className="t13">{titles.condition(body.icp!.conditions![i]!)}</span>
          <span className="t13 d">
            {notes
              .filter((x) => x.icp === i && x.unheard)
              .map((x) => x.text)
              .join(' ')}
          </span>
        </li>
      ))}
    </Line>
  );
}

/* One line that opens. */
function Line({ told, onDrop, children }: { told: string; onDrop?: () => void; children: ReactNode }) {
  const s = useScoringTexts();
  return (
    <div className="notes idle">
      <details>
        <summary className="t13">
          <Icon n="info" size="s" />
          <span>
            <span role="status">{told}</span> <span className="acc show">{s.idle.show}</span>
          </span>
        </summary>
        <ul>{children}</ul>
      </details>
      {onDrop && (
        <button type="button" className="btn s" onClick={onDrop}>
          {s.idle.drop}
        </button>
      )}
    </div>
  );
}
