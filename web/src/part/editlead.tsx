/* The plain fields of a lead in one window: a change is written with the version it was read at. */
import { useState } from 'react';
import { usePatchLead, type LeadPatch } from '../api/leads';
import { ApiError, fieldErrors, problemText } from '../api/problem';
import { stages, type Lead, type Stage } from '../api/types';
import { useMe } from '../app/session';
import { useT } from '../i18n';
import { toMajor, toMinor } from '../i18n/format';
import { Dialog, Field, Select, toast } from '../kit';
import { useLeadName } from './leadname';

const plain = ['name', 'phone', 'email', 'company', 'title', 'source'] as const;

export default function EditLead({ lead, onClose }: { lead: Lead; onClose: () => void }) {
  const t = useT();
  const patch = usePatchLead();
  const [v, setV] = useState<Record<string, string>>(() =>
    Object.fromEntries(plain.map((k) => [k, (lead[k] ?? '') as string])),
  );
  const [stage, setStage] = useState<Stage>(lead.stage);
  const me = useMe();
  const cur = lead.currency || me.currency || '';
  const [amount, setAmount] = useState(lead.amount ? String(toMajor(lead.amount, cur)) : '');
  const [noSum, setNoSum] = useState(false);
  const wrong = fieldErrors(patch.error);
  const save = () => {
    const out: LeadPatch = {};
    for (const k of plain) if ((v[k] ?? '').trim() !== (lead[k] ?? '')) out[k] = (v[k] ?? '').trim() || null;
    if (stage !== lead.stage) out.stage = stage;
    const sum = toMinor(amount, cur);
    setNoSum(sum === undefined);
    if (sum === undefined) return;
    if ((sum ?? 0) !== (lead.amount ?? 0)) out.amount = sum ?? 0;
    if (!Object.keys(out).length) return onClose();
    patch.mutate(
      { id: lead.id, version: lead.version, patch: out },
      {
        onSuccess: () => {
          toast(t.saved);
          onClose();
        },
        onError: (e) => {
          if (e instanceof ApiError && e.status === 412) onClose();
        },
      },
    );
  };
  const leadName = useLeadName();
  return (
    <Dialog open onClose={onClose} title={leadName(lead)}>
      <form
        className="col g12"
        onSubmit={(e) => {
          e.preventDefault();
          save();
        }}
      >
        <div className="two">
          <Select
            label={t.field.stage}
            value={stage}
            onChange={(s) => setStage(s as Stage)}
            items={stages.map((id) => ({ id, label: t.stage[id] }))}
          />
          <Field
            label={t.field.amount}
            inputMode="decimal"
            value={amount}
            error={noSum ? t.error.sum : wrong.amount}
            onChange={(e) => setAmount(e.currentTarget.value)}
          />
          {plain.map((k) => (
            <Field
              key={k}
              label={t.field[k]}
              value={v[k] ?? ''}
              error={wrong[k]}
              maxLength={200}
              onChange={(e) => setV({ ...v, [k]: e.currentTarget.value })}
            />
          ))}
        </div>
        {patch.error && !Object.keys(wrong).length && (
          <p className="failed" role="alert">
            {problemText(patch.error, t)}
          </p>
        )}
        <div className="row dlg-acts">
          <button type="button" className="btn" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p" disabled={patch.isPending}>
            {t.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
