/* A change of the live model from this screen: a draft with it, published at once. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client';
import type { Group, ModelBody } from '../../api/models';
import { toast } from '../../kit';
import { useAxesT } from '../../part/axes/text';

export type LiveModel = {
  id: string;
  name: string;
  body: Record<string, unknown> & { groups: Group[]; icp?: ModelBody['icp'] };
};

export const useLiveModel = () =>
  useQuery({
    queryKey: ['models', 'live', 'grid'],
    queryFn: ({ signal }) => api.get<LiveModel>('/models/live', undefined, signal),
  });

export function usePublish(done?: () => void) {
  const qc = useQueryClient();
  const t = useAxesT();
  return useMutation({
    mutationFn: async (x: {
      note: string;
      change: (body: Record<string, unknown>) => Record<string, unknown>;
    }) => {
      const live = await api.get<LiveModel>('/models/live');
      const draft = await api.post<LiveModel>('/models', {
        from: live.id,
        name: live.name,
        note: x.note,
        body: x.change(live.body),
      });
      return api.post(`/models/${draft.id}/publish`);
    },
    onSuccess: () => {
      toast(t.published);
      for (const key of ['board', 'leads', 'lead', 'score', 'models'])
        void qc.invalidateQueries({ queryKey: [key] });
      done?.();
    },
  });
}
