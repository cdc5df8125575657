import { screenTexts } from '../../../i18n';

export const useCertTexts = screenTexts({ en: () => import('./en'), ru: () => import('./ru') });
