/* Light, dark or the system's; the tokens follow color-scheme on the root. */
import type { Theme } from '../api/types';

export function setTheme(theme: Theme): void {
  document.documentElement.style.colorScheme = theme === 'system' ? 'light dark' : theme;
  document.documentElement.dataset.theme = theme;
}
