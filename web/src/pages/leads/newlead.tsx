/* A lead by hand: a name, an e-mail or a phone is enough. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../../api/client';
import { fieldErrors, problemText } from '../../api/problem';
import type { LeadCard } from '../../api/types';
import { useT } from '../../i18n';
import { Dialog, Field, toast } from '../../kit';
import { useLeadsT } from './text';

const fields = ['name', 'phone', 'email', 'company', 'title', 'source'] as const;

export default function NewLead({ onClose }: { onClose: () => void }) {
  const tt = useT();
  const t = useLeadsT();
  const qc = useQueryClient();
  const [, go] = useLocation();
  const [v, setV] = useState<Record<string, string>>({});
  const [need, setNeed] = useState(false);
  const make = useMutation({
    mutationFn: (body: Record<string, string>) => api.post<LeadCard>('/leads', body),
    onSuccess: (l) => {
      void qc.invalidateQueries({ queryKey: ['leads'] });
      toast(t.created);
      onClose();
      go('/leads/' + l.id);
    },
  });
  const wrong = fieldErrors(make.error);
  return (
    <Dialog open onClose={onClose} title={t.addTitle}>
      <form
        className="col g12"
        onSubmit={(e) => {
          e.preventDefault();
          const body = Object.fromEntries(
            Object.entries(v)
              .filter(([, x]) => x.trim())
              .map(([k, x]) => [k, x.trim()]),
          );
          const none = !body.name && !body.email && !body.phone;
          setNeed(none);
          if (!none) make.mutate(body);
        }}
      >
        <div className="two">
          {fields.map((k, i) => (
            <Field
              key={k}
              label={tt.field[k]}
              autoFocus={i === 0}
              type={k === 'email' ? 'email' : k === 'phone' ? 'tel' : 'text'}
              error={wrong[k] ?? (need && k === 'name' ? t.needOne : undefined)}
              value={v[k] ?? ''}
              maxLength={200}
              onChange={(e) => setV({ ...v, [k]: e.currentTarget.value })}
            />
          ))}
        </div>
        {make.error && !Object.keys(wrong).length && (
          <p className="failed" role="alert">
            {problemText(make.error, tt)}
          </p>
        )}
        <div className="row dlg-acts">
          <button type="button" className="btn" onClick={onClose}>
            {tt.cancel}
          </button>
          <button className="btn p" disabled={make.isPending}>
            {t.create}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
