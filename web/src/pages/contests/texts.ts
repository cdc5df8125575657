import { screenTexts } from '../../i18n';

export const useContestTexts = screenTexts({ en: () => import('./en'), ru: () => import('./ru') });
