/* What the server says of the model in hand: errors and doubts at their places. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../../api/client';
import type { Check, ModelBody } from '../../api/models';
import type { Note } from './model';
import { useSettled } from './settled';

export function useCheck(body: ModelBody | undefined, on: boolean): Note[] | undefined {
  const settled = useSettled(body, 300);
  const q = useQuery({
    queryKey: ['models', 'check', settled],
    queryFn: ({ signal }) => api.post<Check>('/models/check', { body: settled }, { signal }),
    enabled: on && !!settled,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });
  const data = q.data;
  return useMemo(
    () =>
      data && [
        ...data.errors.map((e) => ({ ...e, error: true })),
        ...data.warnings.map((e) => ({ ...e, error: false })),
      ],
    [data],
  );
}
