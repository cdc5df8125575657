/* Somebody else has saved the draft meanwhile: how ours differs from his, and a choice. */
import type { ModelBody } from '../../api/models';
import { Icon } from '../../kit';
import { useScoringTexts } from './texts';
import { DiffList } from './versions';
import { useDiffWords } from './words';

export function Conflict({
  mine,
  theirs,
  onSettle,
}: {
  mine: ModelBody;
  theirs: ModelBody;
  onSettle: (ours: boolean) => void;
}) {
  const s = useScoringTexts();
  const words = useDiffWords();
  return (
    <section className="clash" role="alert" aria-label={s.clash.title}>
      <p className="row g6">
        <Icon n="warn" />
        <b>{s.clash.title}</b>
      </p>
      <p className="t13">{s.clash.hint}</p>
      <DiffList list={words(theirs, mine)} />
      <div className="row g6 wrap">
        <button className="btn s" onClick={() => onSettle(false)}>
          {s.clash.theirs}
        </button>
        <button className="btn s p" onClick={() => onSettle(true)}>
          {s.clash.mine}
        </button>
      </div>
    </section>
  );
}
