import { screenTexts } from '../../i18n';
import { factTitle } from './sentence';

export const useCondTexts = screenTexts({
  en: () => import('./en'),
  ru: () => import('./ru'),
});

export function useFactTitle(): (fact: string) => string {
  const w = useCondTexts();
  return (fact) => factTitle(fact, w);
}
