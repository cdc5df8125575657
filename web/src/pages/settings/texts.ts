import { screenTexts } from '../../i18n';

export const useSettingsTexts = screenTexts({ en: () => import('./en'), ru: () => import('./ru') });
