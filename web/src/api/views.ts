/* Saved views of the list of leads; the bar shows the pinned ones. */
import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import type { Page, View } from './types';

export const useViews = () =>
  useQuery({
    queryKey: keys.views,
    queryFn: ({ signal }) => api.get<Page<View>>('/views', undefined, signal),
    staleTime: 60_000,
  });
