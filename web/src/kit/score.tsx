/* Temperature by weight, icon and number, never by colour alone. */
import type { Band } from '../api/types';
import { currentLang, useT } from '../i18n';
import { Icon, type IconName } from './icon';

export const bandIcon: Record<Band, IconName> = { hot: 'flame', warm: 'sun', cold: 'snow' };

export function ScoreChip({ score, band }: { score: number; band: Band }) {
  const t = useT();
  return (
    <span className={'sc ' + band} title={t.band[band]}>
      <Icon n={bandIcon[band]} />
      <span aria-hidden="true">{score}°</span>
      <span className="vh">{t.scoreRead(score, band)}</span>
    </span>
  );
}

/* Points with a sign, at most one decimal; the minus is a real one. */
export function signed(n: number): string {
  const r = Math.round(n * 10) / 10;
  const text = String(Math.abs(r));
  return (r < 0 ? '−' : '+') + (currentLang() === 'ru' ? text.replace('.', ',') : text);
}

/* A score as it is told beside its thresholds: whole, but where rounding would carry it over one that it has not reached: 70.8
   is not hot from 71, and «71, warm» would be a riddle. */
export function toldScore(s: {
  total: number;
  total_exact?: number;
  thresholds: { warm: number; hot: number };
}): number {
  const exact = s.total_exact ?? s.total;
  const carried = [s.thresholds.warm, s.thresholds.hot].some((at) => exact < at && s.total >= at);
  return carried ? Math.floor(exact * 10) / 10 : s.total;
}

/* One reason of a score, as the lists show it. */
export function Why({ points, text }: { points: number; text: string }) {
  return (
    <span className={'why' + (points < 0 ? ' neg' : '')}>
      <b>{signed(points)}</b>
      <span className="cut">{text}</span>
    </span>
  );
}
