import { screenTexts } from '../../i18n';

export const useLiveTexts = screenTexts({ en: () => import('./en'), ru: () => import('./ru') });
