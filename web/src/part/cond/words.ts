/* What the company's own leads are made of: hints for whoever writes a condition. */
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';

export type FactWord = { name: string; type: 'text' | 'number' | 'truth'; leads: number; values: string[] };
export type Words = { facts: FactWord[]; events: { name: string }[]; pages: { name: string }[] };

export const useWords = (): Words | undefined =>
  useQuery({
    queryKey: ['words'],
    queryFn: () => api.get<Words>('/words'),
    staleTime: 300_000,
    retry: false,
  }).data;

/* Pages as patterns: /blog/1 and /blog/2 are /blog/*. Pure. */
export function pagePatterns(pages: string[]): string[] {
  const heads = new Map<string, number>();
  for (const p of pages) {
    const head = /^\/[^/]+/.exec(p)?.[0];
    if (head) heads.set(head, (heads.get(head) ?? 0) + 1);
  }
  const out = new Set<string>();
  for (const p of pages) {
    const head = /^\/[^/]+/.exec(p)?.[0];
    if (head && heads.get(head)! > 1) out.add(head + '*');
    out.add(p);
  }
  return [...out];
}
