import { screenTexts } from '../../i18n';

export const useRoutingTexts = screenTexts({ en: () => import('./en'), ru: () => import('./ru') });
