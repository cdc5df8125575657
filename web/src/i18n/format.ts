/* Numbers, money, dates and spans as people of a language write them; formatters are made once. Nothing here throws, whatever the
   data say: an unknown currency is written as it stands, an unknown zone is the browser's, an instant that is none is a dash. */
import type { Lang, Texts } from './index';

export type Format = ReturnType<typeof makeFormat>;

const NBSP = '\u00a0';
/* A real minus; none before a nought that a small number was rounded to. */
const minus = (s: string) => s.replace(/^-(?=0*(?:[.,]0*)?$)/, '').replace('-', '−');
const MIN = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

export type Plural = { one: string; few?: string; many?: string; other: string };

const NONE = '—';
const isInstant = (at: number) => Math.abs(at) <= 8.64e15; // what a Date can hold; NaN is none
const iso = (at: number) => (isInstant(at) ? new Date(at).toISOString() : '');

/* The zone as formatters take it, or none when no such zone is known here. */
const zones = new Map<string, { timeZone?: string }>();
function zoneOf(zone: string | undefined): { timeZone?: string } {
  if (!zone) return {};
  let known = zones.get(zone);
  if (!known) {
    try {
      known = { timeZone: new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone };
    } catch {
      known = {};
    }
    zones.set(zone, known);
  }
  return known;
}

/* 2 498, as f.num writes it, for texts that count. */
const whole: Partial<Record<Lang, Intl.NumberFormat>> = {};
export const grouped = (lang: Lang, n: number): string =>
  minus((whole[lang] ??= new Intl.NumberFormat(lang, { maximumFractionDigits: 1 })).format(n));

const rules: Partial<Record<Lang, Intl.PluralRules>> = {};

export function plural(lang: Lang, n: number, forms: Plural): string {
  const r = (rules[lang] ??= new Intl.PluralRules(lang));
  return forms[r.select(n) as keyof Plural] ?? forms.other;
}

/* m:ss left, with a real minus when the time is over; hours appear from one hour on. */
export function countdown(ms: number): string {
  const late = ms < 0;
  const s = Math.floor(Math.abs(ms) / 1000);
  const h = Math.floor(s / 3600);
  const m = Math.floor((s % 3600) / 60);
  const two = (x: number) => String(x).padStart(2, '0');
  return (late && s > 0 ? '−' : '') + (h ? h + ':' + two(m) : m) + ':' + two(s % 60);
}

/* Stored E.164; Russian numbers are grouped 3 3-2-2, others after the country code in threes. */
export function phone(e164: string): string {
  const ru = /^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(e164);
  if (ru) return `+7${NBSP}${ru[1]}${NBSP}${ru[2]}-${ru[3]}-${ru[4]}`;
  const us = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(e164);
  if (us) return `+1${NBSP}${us[1]}${NBSP}${us[2]}-${us[3]}`;
  return e164;
}

/* The wall clock of a zone at an instant, as «2026-11-25T10:00», and the instant of such a wall time. */
export function wallOf(at: number, zone: string | undefined): string {
  if (!isInstant(at)) return '';
  const parts = new Intl.DateTimeFormat('sv-SE', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    ...zoneOf(zone),
  }).format(at);
  return parts.replace(' ', 'T');
}

export function fromWall(wall: string, zone: string | undefined): number {
  const asUtc = Date.parse(wall + ':00Z');
  const offset = (at: number) => Date.parse(wallOf(at, zone) + ':00Z') - Math.floor(at / MIN) * MIN;
  const guess = asUtc - offset(asUtc);
  return asUtc - offset(guess); // once more: the guess may lie beyond a change of clocks
}

/* ---- money: whole minor units of its currency, as the server keeps it ---- */

/* How many digits the minor unit takes off, by ISO 4217. Not by Intl: some browsers follow customs there (no hundredths of a Serbian dinar),
   and the unit of a sum must not hang on the browser. */
const none = /^(BIF|CLP|DJF|GNF|ISK|JPY|KMF|KRW|PYG|RWF|UGX|VND|VUV|XAF|XOF|XPF)$/;
const three = /^(BHD|IQD|JOD|KWD|LYD|OMR|TND)$/;
const minorDigits = (cur: string): number => (none.test(cur) ? 0 : three.test(cur) ? 3 : 2);

export const toMajor = (minor: number, cur: string): number => minor / 10 ** minorDigits(cur);

/* Whole minor units of what was typed; null: nothing, undefined: no sum. */
export function toMinor(text: string, cur: string): number | null | undefined {
  const t = text.replace(/\s/g, '').replace(',', '.');
  if (!t) return null;
  const n = Math.round(Number(t) * 10 ** minorDigits(cur));
  return Number.isFinite(n) && n >= 0 ? n : undefined;
}

/* The instants between which a day picked on the screen lasts in a zone: [dayStart, dayEnd). */
export const dayStart = (day: string, zone: string | undefined): string =>
  iso(fromWall(day + 'T00:00', zone));

export const dayEnd = (day: string, zone: string | undefined): string => dayStart(dayPlus(day, 1), zone);

/* The day of the calendar that is n days after one: of the calendar, so no zone has a say. */
export const dayPlus = (day: string, n: number): string => iso(Date.parse(day) + n * DAY).slice(0, 10);

export function makeFormat(lang: Lang, zone: string | undefined, currency: string, t: Texts) {
  const tz = zoneOf(zone);
  const num0 = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
  const exact = new Intl.NumberFormat(lang, { maximumFractionDigits: 6 });
  const two = new Intl.NumberFormat(lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const brief = new Intl.NumberFormat(lang, { notation: 'compact', maximumFractionDigits: 1 });
  const pct = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 });
  const clock = new Intl.DateTimeFormat(lang, { hour: 'numeric', minute: '2-digit', ...tz });
  const seconds = new Intl.DateTimeFormat(lang, {
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    ...tz,
  });
  const short = new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short', ...tz });
  const long = new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short', year: 'numeric', ...tz });
  const dayKey = new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...tz,
  });
  const monies = new Map<string, Pick<Intl.NumberFormat, 'format'>>();

  const ms = (at: string | number | Date) =>
    at instanceof Date ? at.getTime() : typeof at === 'number' ? at : Date.parse(at);
  /* Whole days between two instants as the calendar of the zone counts them. */
  const daysBetween = (a: number, b: number) =>
    Math.round((Date.parse(say(dayKey, b)) - Date.parse(say(dayKey, a))) / DAY);

  /* A currency that is none of ISO 4217 stands behind its number as it was written. */
  const moneyFormat = (cur: string, o: Intl.NumberFormatOptions) => {
    try {
      return new Intl.NumberFormat(lang, {
        style: 'currency',
        currency: cur,
        currencyDisplay: lang === 'ru' ? 'symbol' : 'code',
        ...o,
      });
    } catch {
      const f = new Intl.NumberFormat(lang, o);
      return { format: (n: number) => (f.format(n) + NBSP + cur).trim() };
    }
  };
  const moneyOf = (minor: number, cur: string, kind: string, o: Intl.NumberFormatOptions) => {
    const key = cur + ' ' + kind;
    let f = monies.get(key);
    if (!f) monies.set(key, (f = moneyFormat(cur, o)));
    return f.format(toMajor(minor, cur));
  };
  const money = (minor: number, cur = currency) => {
    const digits = Number.isInteger(toMajor(minor, cur)) ? 0 : minorDigits(cur);
    return moneyOf(minor, cur, String(digits), {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  };
  const moneyShort = (minor: number, cur = currency) =>
    moneyOf(minor, cur, 'short', { notation: 'compact', maximumFractionDigits: 1 });
  /* The same without the currency, where one stands beside it. */
  const sumShort = (minor: number, cur = currency) => brief.format(toMajor(minor, cur));
  const say = (f: Intl.DateTimeFormat, at: number) => (isInstant(at) ? f.format(at) : NONE);
  const time = (at: string | number | Date) => say(clock, ms(at));
  const date = (at: string | number | Date, now = Date.now()) => {
    const a = ms(at);
    return say(dayKey, a).slice(0, 4) === say(dayKey, now).slice(0, 4) ? short.format(a) : say(long, a);
  };
  /* «today 14:30», «tomorrow 10:00», «25 Nov, 10:00». */
  const when = (at: string | number | Date, now: number) => {
    const a = ms(at);
    if (!isInstant(a)) return NONE;
    const d = daysBetween(now, a);
    const word = d === 0 ? t.time.today : d === 1 ? t.time.tomorrow : d === -1 ? t.time.yesterday : undefined;
    return word ? word + ' ' + time(a) : date(a, now) + ', ' + time(a);
  };
  /* How long ago (or ahead): 2 min, 5 h, yesterday, 3 days; a date beyond a month. */
  const ago = (at: string | number | Date, now: number) => {
    const a = ms(at);
    const d = Math.abs(now - a);
    if (d < MIN) return t.time.now;
    if (d < HOUR) return t.time.min(Math.floor(d / MIN));
    const days = Math.abs(daysBetween(a, now));
    if (days === 0) return t.time.hours(Math.floor(d / HOUR));
    if (days === 1) return a < now ? t.time.yesterday : t.time.tomorrow;
    if (days < 31) return t.time.days(days);
    return date(a, now);
  };
  /* The short mark of an event in a list of events: 14:02, yesterday, 18 Nov. */
  const mark = (at: string | number | Date, now: number) => {
    const a = ms(at);
    const d = daysBetween(a, now);
    return d === 0 ? time(a) : d === 1 ? t.time.yesterday : date(a, now);
  };
  /* «2026-11» as «ноября» or «November», with the year when it is another one. */
  const monthOf = (month: string, now = Date.now()) => {
    const at = Date.parse(month + '-01T12:00:00Z');
    if (!isInstant(at)) return NONE;
    const said = new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'long', timeZone: 'UTC' })
      .formatToParts(at)
      .find((p) => p.type === 'month')!.value;
    return month.slice(0, 4) === dayKey.format(now).slice(0, 4) ? said : said + ' ' + month.slice(0, 4);
  };
  /* A length of time in words: 5 min, 2 h, 3 days. */
  const span = (minutes: number) =>
    minutes < 60
      ? t.time.min(Math.round(minutes))
      : minutes < 2880
        ? t.time.hours(Math.round(minutes / 60))
        : t.time.days(Math.round(minutes / 1440));

  return {
    lang,
    num: (n: number) => minus(num0.format(n)),
    exact: (n: number) => minus(exact.format(n)),
    /* What is compared at its second decimal: 0.70 beside 0.68. */
    two: (n: number) => minus(two.format(n)),
    pct: (share: number) =>
      lang === 'ru' ? num0.format(Math.round(share * 100)) + NBSP + '%' : pct.format(share),
    money,
    moneyShort,
    sumShort,
    time,
    seconds: (at: string | number | Date) => say(seconds, ms(at)),
    date,
    dateTime: (at: string | number | Date, now = Date.now()) => date(at, now) + ', ' + time(at),
    when,
    monthOf,
    ago,
    mark,
    span,
    days: daysBetween,
    wall: (at: number) => wallOf(at, zone),
    fromWall: (wall: string) => fromWall(wall, zone),
    dayStart: (day: string) => dayStart(day, zone),
    dayEnd: (day: string) => dayEnd(day, zone),
    countdown,
    phone,
    plural: (n: number, forms: Plural) => plural(lang, n, forms),
  };
}
