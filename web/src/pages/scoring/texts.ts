import { screenTexts } from '../../i18n';

export const useScoringTexts = screenTexts({ en: () => import('./en'), ru: () => import('./ru') });
