import { screenTexts } from '../../i18n';
import type { CandidateTexts } from './en';

export const useCandidateT = screenTexts<CandidateTexts>({
  en: () => import('./en'),
  ru: () => import('./ru'),
});

/* Why somebody cannot have a lead, in words; own: what else there is to say here, unknown: of a word that is in neither. */
export function useWhy(own: Record<string, string> = {}, unknown?: string) {
  const words = useCandidateT().why;
  return (why: string) => own[why] ?? words[why] ?? unknown ?? why;
}
