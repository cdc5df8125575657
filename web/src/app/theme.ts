/* Light, dark or the system's; gradus.css gives the root the color-scheme of data-theme, and the tokens follow it. */
import type { Theme } from '../api/types';

export function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}
