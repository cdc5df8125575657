/* To whom a lead may be given by hand: whoever is free first, then who is not, and why; last those to whom it is refused. */
import { useQuery } from '@tanstack/react-query';
import { api } from '../api/client';
import type { Page } from '../api/types';
import { useWhy } from './candidates/text';

export type Receiver = {
  manager_id: string;
  name: string;
  may: boolean;
  why: string; // a candidate's; ok: nothing is in the way
  load: number;
  capacity: number;
};

const rank = (r: Receiver) =>
  (r.may ? 0 : 100) + (r.why === 'ok' ? 0 : 10) + (r.capacity ? Math.min(9, r.load / r.capacity) : 0);

/* but: who has it. Asked anew each time it is opened. */
export function useReceivers(lead: string | undefined, but: string | null) {
  const why = useWhy();
  const q = useQuery({
    queryKey: ['receivers', lead],
    queryFn: ({ signal }) => api.get<Page<Receiver>>(`/leads/${lead}/receivers`, undefined, signal),
    enabled: !!lead,
    staleTime: 0,
    gcTime: 0,
  });
  const items = q.data?.items
    .filter((r) => r.manager_id !== but)
    .sort((a, b) => rank(a) - rank(b))
    .map((r) => ({ ...r, note: why(r.why) }));
  return { ...q, data: items };
}
