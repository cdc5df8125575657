/* Who was considered for a lead, by the step that asked them: why each may not have it, or a figure of each who may. */
import type { ReactNode } from 'react';
import type { Candidate } from '../../api/types';
import { Icon } from '../../kit';
import { useCandidateT } from './text';
import './candidates.css';

export type Considered = Pick<Candidate, 'eligible' | 'why' | 'owner' | 'company' | 'fallback'> & {
  name: string;
};

export function Candidates<C extends Considered>({
  items,
  figure,
  more,
}: {
  items: C[];
  figure: (c: C) => string; // of one who may
  more?: (c: C) => ReactNode;
}) {
  const t = useCandidateT();
  const step = (c: C) =>
    c.owner ? t.step.owner : c.company ? t.step.company : c.fallback ? t.step.fallback : '';
  return (
    <ul className="cands">
      {items.map((c, i) => (
        <li key={i} className="row t12">
          <Icon n={c.eligible ? 'check' : 'x'} size="xs" />
          <span className="vh">{c.eligible ? t.eligible : t.notEligible}</span>
          <span className="grow cut">
            {c.name}
            {step(c) && <span className="dd"> · {step(c)}</span>}
          </span>
          <span className="dd">
            {(c.why !== 'picked' && (t.why[c.why] || (c.why in t.why ? '' : c.why))) || figure(c)}
            {more?.(c)}
          </span>
        </li>
      ))}
    </ul>
  );
}
