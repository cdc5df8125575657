/* Hours of a week as the calendar keeps them, and what is wrong with them. Pure. */
import { days, type Calendar, type Day, type Span } from '../../api/office';

export const officeHours = (): Calendar['hours'] => {
  const day = (): Span[] => [
    ['09:00', '13:00'],
    ['14:00', '18:00'],
  ];
  return { mon: day(), tue: day(), wed: day(), thu: day(), fri: day() };
};

/* The last stretch of a day may run past midnight; 24:00 is the end of a day, and as text sorts after 23:59. */
export function dayFault(spans: Span[]): boolean {
  return spans.some(
    ([a, b], i) =>
      !/^\d\d:\d\d$/.test(a) ||
      !/^\d\d:\d\d$/.test(b) ||
      a === b ||
      (a > b && i < spans.length - 1) ||
      (i > 0 && spans[i - 1]![1] > a),
  );
}
export const weekFaults = (h: Calendar['hours']): Day[] => days.filter((d) => dayFault(h[d] ?? []));

/* The next stretch that fits after the last one. */
export function nextSpan(spans: Span[]): Span {
  const last = spans[spans.length - 1];
  if (!last) return ['09:00', '18:00'];
  const from = Math.min(22, Number(last[1].slice(0, 2)) + 1);
  const two = (n: number) => String(n).padStart(2, '0') + ':00';
  return [two(from), two(Math.min(24, from + 4))];
}

/* «Mon–Fri 09:00–13:00, 14:00–18:00; Sat 10:00–15:00». */
export function hoursInWords(h: Calendar['hours'], names: Record<Day, string>): string {
  const said = (d: Day) => (h[d] ?? []).map(([a, b]) => a + '–' + b).join(', ');
  const out: string[] = [];
  for (let i = 0; i < days.length;) {
    const words = said(days[i]!);
    let j = i;
    while (j + 1 < days.length && said(days[j + 1]!) === words) j++;
    if (words) out.push((i === j ? names[days[i]!] : names[days[i]!] + '–' + names[days[j]!]) + ' ' + words);
    i = j + 1;
  }
  return out.join('; ');
}
