/* A lead is closed as lost: why, by one digit. Spam or an error gives the turn back to whoever got it; coming back takes both back. */
import { useQueryClient } from '@tanstack/react-query';
import type { Reason } from '../api/calibration';
import { api } from '../api/client';
import { keys } from '../api/keys';
import { usePatchLead, type LeadPatch } from '../api/leads';
import { ApiError, problemText } from '../api/problem';
import type { Assignment, Lead, LeadCard, Stage } from '../api/types';
import { useT } from '../i18n';
import { toast } from '../kit';
import { Why } from './verdict';

export type Closing = Pick<Lead, 'id'> & { name?: string | null; version?: number; stage?: Stage };

/* Whether somebody's turn was given back for it: only who got it in turn, or by shares, has one to be given back. */
const turnBack = (id: string) =>
  api.get<{ items: Assignment[] }>(`/leads/${id}/assignments`).then(
    (x) => !!x?.items.some((a) => a.turn_back_at),
    () => false,
  );

export function LostDialog({ lead, onClose }: { lead: Closing; onClose: () => void }) {
  const t = useT();
  const qc = useQueryClient();
  const patch = usePatchLead();
  const fresh = () => {
    for (const k of [['feedback', lead.id], ['assignments', lead.id], keys.board])
      void qc.invalidateQueries({ queryKey: k });
  };
  const failed = (e: unknown) => {
    if (!(e instanceof ApiError && e.status === 412)) toast(problemText(e, t), { bad: true });
  };
  const close = async (reason: Reason, note: string) => {
    onClose();
    /* From the board only the id is known. */
    const at = lead.version && lead.stage ? lead : await api.get<LeadCard>('/leads/' + lead.id).catch(failed);
    if (!at?.version || !at.stage || at.stage === 'lost') return;
    const was = at.stage;
    const put = (version: number, change: LeadPatch) =>
      patch.mutateAsync({ id: lead.id, version, patch: change }).then((x) => {
        fresh();
        return x?.version ?? version + 1;
      });
    /* The dialog is gone by now: what follows is told by the promise, for a hook that is gone calls nobody. */
    const why = reason === 'none' ? {} : { lost_reason: reason, ...(note ? { lost_note: note } : {}) };
    put(at.version, { stage: 'lost', ...why }).then(async (version) => {
      const back = reason === 'junk' && (await turnBack(lead.id));
      toast(
        reason !== 'junk'
          ? `${t.field.stage}: ${t.stage.lost}`
          : back
            ? t.verdict.lostJunk
            : t.verdict.lostJunkOnly,
        { undo: () => void put(version, { stage: was }).catch(failed) },
      );
    }, failed);
  };
  return (
    <Why
      title={t.verdict.lostWhy}
      none={t.verdict.lostNone}
      onPick={(r, note) => void close(r, note)}
      onClose={onClose}
    />
  );
}
