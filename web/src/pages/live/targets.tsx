/* What is to be sold in a month: by the company, by each person. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { putTargets, useBoard, useForecast, type Target } from '../../api/board';
import { problemText } from '../../api/problem';
import { useFmt, useT } from '../../i18n';
import { toMajor, toMinor } from '../../i18n/format';
import { Block, Dialog, Field, toast } from '../../kit';
import { useLiveTexts } from './texts';

type Draft = Record<string, { money: string; deals: string }>;
const COMPANY = '';

export function whole(text: string): number | null | undefined {
  const t = text.trim();
  return t ? (/^\d{1,7}$/.test(t) ? Number(t) : undefined) : null;
}

/* What a target is told in, one column each. */
const measures = [
  { id: 'money', of: 'moneyOf', mode: 'decimal', read: toMinor },
  { id: 'deals', of: 'dealsOf', mode: 'numeric', read: whole },
] as const;

export function Targets({ month: first, onClose }: { month: string; onClose: () => void }) {
  const s = useLiveTexts();
  const t = useT();
  const f = useFmt();
  const qc = useQueryClient();
  const [month, setMonth] = useState(first);
  const q = useForecast(month);
  const board = useBoard();
  const [draft, setDraft] = useState<Draft>();
  const p = q.data?.month === month ? q.data : undefined;
  const cur = p?.currency ?? '';
  useEffect(() => setDraft(undefined), [month]);
  useEffect(() => {
    if (!p || draft) return;
    const shown = (money: number | null, deals: number | null) => ({
      money: money ? String(toMajor(money, p.currency)) : '',
      deals: deals ? String(deals) : '',
    });
    setDraft({
      [COMPANY]: p.summed ? shown(null, null) : shown(p.all.target_money, p.all.target_deals),
      ...Object.fromEntries(p.items.map((x) => [x.user_id, shown(x.target_money, x.target_deals)])),
    });
  }, [p, draft]);
  const people = [
    ...(board.data?.managers ?? []).map((m) => ({ id: m.user_id, name: m.name })),
    ...(p?.items ?? [])
      .filter((x) => !board.data?.managers.some((m) => m.user_id === x.user_id))
      .map((x) => ({ id: x.user_id, name: x.name ?? '—' })),
  ];
  const of = (id: string) => draft?.[id] ?? { money: '', deals: '' };
  const set = (id: string, x: Partial<Draft[string]>) => setDraft({ ...draft, [id]: { ...of(id), ...x } });
  const items: Target[] = [COMPANY, ...people.map((x) => x.id)].map((id) => ({
    user_id: id || null,
    money: toMinor(of(id).money, cur) ?? null,
    deals: whole(of(id).deals) ?? null,
  }));
  const wrong = [COMPANY, ...people.map((x) => x.id)].some((id) =>
    measures.some((m) => m.read(of(id)[m.id], cur) === undefined),
  );
  const sum = items.slice(1).reduce((n, x) => n + (x.money ?? 0), 0);
  const put = useMutation({
    mutationFn: () =>
      putTargets(
        month,
        items.filter((x) => x.money || x.deals),
      ),
    onSuccess: () => {
      toast(s.plan.saved(f.monthOf(month)));
      onClose();
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
    onSettled: () => void qc.invalidateQueries({ queryKey: ['forecast'] }),
  });
  const row = (id: string, name: string) => (
    <tr key={id}>
      <th scope="row">{name}</th>
      {measures.map((m) => (
        <td key={m.id}>
          <input
            className="in"
            inputMode={m.mode}
            aria-label={s.plan[m.of](name)}
            aria-invalid={m.read(of(id)[m.id], cur) === undefined || undefined}
            placeholder={m.id === 'money' && id === COMPANY && sum ? f.num(toMajor(sum, cur)) : undefined}
            value={of(id)[m.id]}
            onChange={(e) => set(id, { [m.id]: e.currentTarget.value })}
          />
        </td>
      ))}
    </tr>
  );
  return (
    <Dialog open onClose={onClose} title={s.plan.set}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          if (!wrong) put.mutate();
        }}
      >
        <Field
          label={s.plan.month}
          type="month"
          required
          value={month}
          onChange={(e) => /^\d{4}-\d\d$/.test(e.currentTarget.value) && setMonth(e.currentTarget.value)}
        />
        <Block q={q} rows={4}>
          {() => (
            <table className="targets">
              <thead>
                <tr>
                  <th scope="col">{s.plan.who}</th>
                  <th scope="col">{s.plan.money(cur)}</th>
                  <th scope="col">{s.plan.dealsCol}</th>
                </tr>
              </thead>
              <tbody>
                {row(COMPANY, s.plan.company)}
                {people.map((x) => row(x.id, x.name))}
              </tbody>
            </table>
          )}
        </Block>
        <p className="t12 d">{s.plan.hint}</p>
        <div className="row g6">
          <button type="button" className="btn sp" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p" disabled={!draft || wrong || put.isPending}>
            {t.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
