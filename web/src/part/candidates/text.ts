import { screenTexts } from '../../i18n';
import type { CandidateTexts } from './en';

export const useCandidateT = screenTexts<CandidateTexts>({
  en: () => import('./en'),
  ru: () => import('./ru'),
});
