import { screenTexts } from '../../i18n';
import type { LeadTexts } from './en';

export const useLeadT = screenTexts<LeadTexts>({ en: () => import('./en'), ru: () => import('./ru') });
