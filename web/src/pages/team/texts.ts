import { screenTexts } from '../../i18n';

export const useTeamTexts = screenTexts({ en: () => import('./en'), ru: () => import('./ru') });
