import { screenTexts } from '../../i18n';
import type { LearnTexts } from './en';

export const useLearnT = screenTexts<LearnTexts>({ en: () => import('./en'), ru: () => import('./ru') });
