import { screenTexts } from '../../i18n';

export const useCalibrationTexts = screenTexts({ en: () => import('./en'), ru: () => import('./ru') });
