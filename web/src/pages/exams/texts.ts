import { screenTexts } from '../../i18n';

export const useExamTexts = screenTexts({ en: () => import('./en'), ru: () => import('./ru') });
