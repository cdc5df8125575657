import { screenTexts } from '../../../i18n';

export const useSimulatorTexts = screenTexts({ en: () => import('./en'), ru: () => import('./ru') });
