import { screenTexts } from '../../i18n';
import type { AxesTexts } from './en';

export const useAxesT = screenTexts<AxesTexts>({ en: () => import('./en'), ru: () => import('./ru') });
