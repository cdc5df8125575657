import { screenTexts } from '../../i18n';

export const useImportTexts = screenTexts({ en: () => import('./en'), ru: () => import('./ru') });
