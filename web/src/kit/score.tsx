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

/* One reason of a score, as the lists show it. */
export function Why({ points, text }: { points: number; text: string }) {
  return (
    <span className={'why' + (points < 0 ? ' neg' : '')}>
      <b>{signed(points)}</b>
      <span className="cut">{text}</span>
    </span>
  );
}
