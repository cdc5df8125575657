/* Models to begin with, by trade: each makes a draft. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client';
import { modelKeys, useStarters, type Model } from '../../api/models';
import { problemText } from '../../api/problem';
import { useT } from '../../i18n';
import { Block, Dialog, toast } from '../../kit';
import { useScoringTexts } from './texts';

export function Starters({ onClose, onMade }: { onClose: () => void; onMade: (id: string) => void }) {
  const s = useScoringTexts();
  const t = useT();
  const qc = useQueryClient();
  const q = useStarters();
  const make = useMutation({
    mutationFn: (id: string) => api.post<Model>('/models', { starter: id }),
    onSuccess: (m) => {
      void qc.invalidateQueries({ queryKey: modelKeys.list });
      toast(s.starters.made(m.name));
      onClose();
      onMade(m.id);
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  return (
    <Dialog open onClose={onClose} title={s.starters.title}>
      <div className="form wide">
        <p className="t13 d">{s.starters.hint}</p>
        <Block q={q} rows={5}>
          {(d) => (
            <ul className="trades">
              {d.items.map((x) => (
                <li key={x.id}>
                  <span className="col">
                    <b className="m">{x.title}</b>
                    <span className="t13 d">{x.note}</span>
                  </span>
                  <button
                    className="btn s"
                    aria-label={s.starters.begin + ': ' + x.title}
                    disabled={make.isPending}
                    onClick={() => make.mutate(x.id)}
                  >
                    {s.starters.begin}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </Block>
      </div>
    </Dialog>
  );
}
