import { screenTexts } from '../../i18n';
import type en from './en';

export type ReportTexts = typeof en;
export const useReportTexts = screenTexts<ReportTexts>({
  en: () => import('./en'),
  ru: () => import('./ru'),
});
