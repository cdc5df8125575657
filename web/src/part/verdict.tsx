/* Is this lead any good? One key says yes; another asks why not, and a digit answers. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { feedbackKey, useLeadFeedback, type Feedback, type Reason } from '../api/calibration';
import { api } from '../api/client';
import { problemText } from '../api/problem';
import type { Page } from '../api/types';
import { serverNow } from '../app/clock';
import { useKeys } from '../app/keys';
import { useFmt, useT } from '../i18n';
import { Dialog, Icon, toast } from '../kit';

export const reasons: Exclude<Reason, 'none'>[] = [
  'not_fit',
  'no_need',
  'no_budget',
  'not_now',
  'unreachable',
  'junk',
  'other',
];

export function Verdict({ lead }: { lead: string }) {
  const t = useT();
  const f = useFmt();
  const qc = useQueryClient();
  const said = useLeadFeedback(lead);
  const [asking, setAsking] = useState(false);
  const last = said.data?.items[0];
  const send = useMutation({
    mutationFn: (x: { verdict: Feedback['verdict']; reason?: Reason; text?: string }) =>
      api.post(`/leads/${lead}/feedback`, x),
    onMutate: async (x) => {
      await qc.cancelQueries({ queryKey: feedbackKey(lead) }); // what was asked before is no answer to this
      qc.setQueryData<Page<Feedback>>(feedbackKey(lead), (old) => ({
        total: -1,
        next: null,
        ...old,
        items: [
          {
            lead_id: lead,
            lead_name: null,
            user_id: null,
            user_name: null,
            band: 'cold',
            score: 0,
            verdict: x.verdict,
            reason: x.reason ?? 'none',
            text: x.text ?? null,
            at: new Date(serverNow()).toISOString(),
          },
        ],
      }));
    },
    onSuccess: () => toast(t.verdict.saved),
    onError: (e) => toast(problemText(e, t), { bad: true }),
    onSettled: () => {
      void qc.invalidateQueries({ queryKey: feedbackKey(lead) });
      void qc.invalidateQueries({ queryKey: ['timeline', lead] });
    },
  });
  const accept = () => send.mutate({ verdict: 'accepted' });
  useKeys(t.verdict.title, {
    KeyY: { run: accept, label: t.verdict.accept },
    KeyX: { run: () => setAsking(true), label: t.verdict.reject },
  });
  return (
    <section className="card" aria-labelledby="verdict-h">
      <div className="hd">
        <h2 id="verdict-h">{t.verdict.title}</h2>
        {last && (
          <span className="t12 dd sp cut">
            {last.verdict === 'accepted' ? t.verdict.accepted : t.verdict.reasons[last.reason]},{' '}
            {f.date(last.at)}
          </span>
        )}
      </div>
      <div className="bd verdictbtns">
        <button className="btn" aria-pressed={last?.verdict === 'accepted'} onClick={accept}>
          <Icon n="check" size="s" />
          {t.verdict.accept}
          <kbd>Y</kbd>
        </button>
        <button className="btn" aria-pressed={last?.verdict === 'rejected'} onClick={() => setAsking(true)}>
          <Icon n="x" size="s" />
          {t.verdict.reject}
          <kbd>X</kbd>
        </button>
      </div>
      {asking && (
        <Why
          onClose={() => setAsking(false)}
          onPick={(reason, text) => {
            setAsking(false);
            send.mutate({ verdict: 'rejected', reason, ...(text ? { text } : {}) });
          }}
        />
      )}
    </section>
  );
}

/* One of the reasons, by a digit. none: how going on without one is called, by 0. */
export function Why({
  title,
  none,
  onPick,
  onClose,
}: {
  title?: string;
  none?: string;
  onPick: (r: Reason, text: string) => void;
  onClose: () => void;
}) {
  const t = useT();
  const name = title ?? t.verdict.why;
  const [text, setText] = useState('');
  const label = (r: Reason) => (r === 'none' ? none! : t.verdict.reasons[r]);
  const list: { digit: number; r: Reason }[] = reasons.map((r, i) => ({ digit: i + 1, r }));
  if (none) list.push({ digit: 0, r: 'none' });
  useKeys(
    name,
    Object.fromEntries(
      list.map(({ digit, r }) => ['Digit' + digit, { run: () => onPick(r, text.trim()), label: label(r) }]),
    ),
    true,
  );
  return (
    <Dialog open onClose={onClose} title={name}>
      <div className="verdictwhy">
        {list.map(({ digit, r }) => (
          <button key={r} className="btn" onClick={() => onPick(r, text.trim())}>
            <kbd>{digit}</kbd>
            {label(r)}
          </button>
        ))}
        <input
          className="in"
          maxLength={1000}
          aria-label={t.verdict.note}
          placeholder={t.verdict.note}
          value={text}
          onChange={(e) => setText(e.currentTarget.value)}
        />
      </div>
    </Dialog>
  );
}
