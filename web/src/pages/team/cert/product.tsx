/* A product and the settings of its test. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/client';
import { fieldErrors, problemText } from '../../../api/problem';
import { skillKeys, type Product } from '../../../api/skills';
import { useT } from '../../../i18n';
import { Dialog, Field, toast } from '../../../kit';
import { useCertTexts } from './texts';
import '../../../css/form.css';

const numbers = ['draw', 'pass_pct', 'minutes', 'attempts', 'cooldown_hours', 'valid_days'] as const;

export function ProductDialog({ product, onClose }: { product?: Product; onClose: () => void }) {
  const s = useCertTexts().product;
  const all = useCertTexts();
  const t = useT();
  const qc = useQueryClient();
  const [x, set] = useState({
    name: product?.name ?? '',
    note: product?.note ?? '',
    gated: product?.gated ?? false,
    show_answers: product?.show_answers ?? false,
    draw: String(product?.draw ?? 20),
    pass_pct: String(product?.pass_pct ?? 80),
    minutes: String(product?.minutes ?? 30),
    attempts: String(product?.attempts ?? 3),
    cooldown_hours: String(product?.cooldown_hours ?? 24),
    valid_days: String(product?.valid_days ?? 365),
  });
  const put = (p: Partial<typeof x>) => set((o) => ({ ...o, ...p }));
  const done = () => {
    skillKeys.forEach((k) => void qc.invalidateQueries({ queryKey: [k] }));
    onClose();
  };
  const body = () => ({
    ...x,
    name: x.name.trim(),
    ...Object.fromEntries(numbers.map((k) => [k, Number(x[k])])),
  });
  const save = useMutation({
    mutationFn: () =>
      product
        ? api.patch<Product>('/products/' + product.id, body(), product.version)
        : api.post<Product>('/products', body()),
    onSuccess: (p) => {
      toast(p?.plans ? s.gatedPlans(p.plan_leads, p.plans) : s.saved);
      done();
    },
  });
  const remove = useMutation({
    mutationFn: () => api.del(`/products/${product!.id}`),
    onSuccess: done,
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  const bad = fieldErrors(save.error);
  const labels: Record<(typeof numbers)[number], [string, string?]> = {
    draw: [s.draw],
    pass_pct: [s.pass],
    minutes: [s.minutes],
    attempts: [s.attempts, s.attemptsHint],
    cooldown_hours: [s.cooldown],
    valid_days: [s.valid, s.validHint],
  };
  return (
    <Dialog open onClose={onClose} title={product?.name ?? all.addProduct}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          save.mutate();
        }}
      >
        <Field
          label={s.name}
          required
          maxLength={200}
          hint={s.nameHint}
          value={x.name}
          error={bad.name}
          onChange={(e) => put({ name: e.currentTarget.value })}
        />
        <Field
          label={s.note}
          maxLength={1000}
          value={x.note}
          error={bad.note}
          onChange={(e) => put({ note: e.currentTarget.value })}
        />
        <label className="row t13 check">
          <input
            type="checkbox"
            checked={x.gated}
            onChange={(e) => put({ gated: e.currentTarget.checked })}
          />
          {s.gated}
        </label>
        {x.gated && !product?.gated && (
          <p className="said t12">
            {s.gatedWarn}
            {product?.holders ?? 0}.
          </p>
        )}
        <div className="two">
          {numbers.map((k) => (
            <Field
              key={k}
              label={labels[k][0]}
              hint={labels[k][1]}
              inputMode="numeric"
              pattern="\d+"
              required
              value={x[k]}
              error={bad[k]}
              onChange={(e) => put({ [k]: e.currentTarget.value })}
            />
          ))}
        </div>
        <label className="row t13 check">
          <input
            type="checkbox"
            checked={x.show_answers}
            onChange={(e) => put({ show_answers: e.currentTarget.checked })}
          />
          {s.show}
        </label>
        {save.error && !Object.keys(bad).length && <p className="bad t13">{problemText(save.error, t)}</p>}
        <div className="row g6">
          {product && (
            <button
              type="button"
              className="btn g"
              title={s.removeHint}
              disabled={remove.isPending}
              onClick={() => remove.mutate()}
            >
              {s.remove}
            </button>
          )}
          <button className="btn p sp" disabled={save.isPending}>
            {s.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
