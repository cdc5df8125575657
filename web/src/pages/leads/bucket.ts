/* A figure of a report in words: "band.hot:won" is «hot, bought». What is not known is shown as it is. */
import type { Texts } from '../../i18n';
import type { LeadsTexts } from './en';
import { markText, sideText } from './figure';

export function bucketName(bucket: string, t: LeadsTexts, tt: Texts): string {
  const [whole = '', mark] = bucket.split(':');
  const without = whole.startsWith('!');
  const [kind = '', ...rest] = whole.replace(/^!/, '').split('.');
  const what = rest.join('.');
  const b = t.bucket;
  const known: Record<string, () => string> = {
    all: () => b.all,
    top: () => b.top(what),
    band: () => tt.band[what as keyof Texts['band']] ?? what,
    decile: () => b.decile(what),
    criterion: () => (without ? b.without(what) : b.with(what)),
    source: () => b.source(what),
    cohort: () => b.cohort(what),
    leak: () => (rest[1] ? b.leakRest : b.leak)(rest[0]!),
    file: () => (rest[1] ? b.fileRest : b.file)(rest[0]!),
    accepted: () => b.accepted,
    rejected: () => b.rejected,
    disputed: () => b.disputed,
  };
  // "band.hot.before" is of a replay, "band.hot" of the calibration
  const sided = kind !== 'band' || rest.length > 1 ? sideText(whole, t, tt) : undefined;
  const name = (kind === 'all' ? undefined : sided) ?? known[kind]?.() ?? whole;
  const end = markText(mark, t) ?? mark;
  return end ? `${name}, ${end}` : name;
}
