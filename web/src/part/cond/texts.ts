import { screenTexts } from '../../i18n';

export const useCondTexts = screenTexts({
  en: () => import('./en'),
  ru: () => import('./ru'),
});
