import { screenTexts } from '../../i18n';
import type { ReplyTexts } from './en';

export const useReplyT = screenTexts<ReplyTexts>({ en: () => import('./en'), ru: () => import('./ru') });
