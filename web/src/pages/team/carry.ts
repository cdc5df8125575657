/* Leads that go at once by a plan: carried out in one click where the plan is the house's own offer, and taken back. */
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client';
import { problemText } from '../../api/problem';
import { atWork, useTransferDone, type Transfer, type TransferAsk, type TransferPlan } from '../../api/share';
import { useFmt, useT } from '../../i18n';
import { toast } from '../../kit';
import { useWhy } from '../../part/candidates/text';
import { useTeamTexts } from './texts';

/* Taking one back: the house does it piece by piece, and the list tells how far it is. */
export function useUndo() {
  const s = useTeamTexts().balance;
  const t = useT();
  const done = useTransferDone();
  return useMutation({
    mutationFn: (x: Transfer) => api.post<TransferPlan>(`/transfers/${x.id}/undo`),
    onSuccess: () => {
      done();
      toast(s.undoing);
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
}

/* What has become of one that was carried out, with the way back. */
export function useTold() {
  const s = useTeamTexts().balance;
  const f = useFmt();
  const why = useWhy(s.stayWhy, s.stayWhy.changed);
  const undo = useUndo();
  return (p: TransferPlan) => {
    const stay = p.stay_why.reduce((sum, x) => sum + x.leads, 0);
    toast(s.given(p.moved) + (stay ? '. ' + s.left(f.num(stay), why(p.stay_why[0]!.why)) : ''), {
      undo: () => undo.mutate(p),
    });
  };
}

/* Until the house has done with it. */
async function settled(id: string): Promise<TransferPlan> {
  for (;;) {
    const p = await api.get<TransferPlan>('/transfers/' + id);
    if (p && !atWork(p)) return p;
    await new Promise((go) => setTimeout(go, 300));
  }
}

/* Asked for and carried out as it is planned, without being shown first. */
export function useCarry(after?: () => void) {
  const s = useTeamTexts().balance;
  const t = useT();
  const done = useTransferDone();
  const told = useTold();
  return useMutation({
    mutationFn: async (ask: TransferAsk) => {
      const { id } = await api.post<Transfer>('/transfers', ask);
      const p = await settled(id);
      if (p.state !== 'planned' || !p.leads) return p;
      await api.post<TransferPlan>(`/transfers/${id}/run`);
      return settled(id);
    },
    onSuccess: (p) => {
      if (p.state === 'done') told(p);
      else toast(p.state === 'failed' ? s.failed : p.looked ? s.nobodyMay : s.nothing, { bad: true });
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
    onSettled: () => {
      done();
      after?.();
    },
  });
}
