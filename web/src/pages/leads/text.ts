import { screenTexts } from '../../i18n';
import type { LeadsTexts } from './en';

export const useLeadsT = screenTexts<LeadsTexts>({ en: () => import('./en'), ru: () => import('./ru') });
