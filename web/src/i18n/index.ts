/* Which language is spoken, and its words. Languages load apart; en.ts is the type, so a key missing elsewhere fails the build. */
import { useSyncExternalStore } from 'react';
import { later } from '../load/piece';
import { makeFormat, type Format } from './format';
import type { Texts } from './en';

export type { Texts };
export type Lang = 'ru' | 'en';

type State = { lang: Lang; texts: Texts; zone: string | undefined; currency: string };
let state: State | undefined;
const subs = new Set<() => void>();
const tell = () => subs.forEach((f) => f());

const loaders: Record<Lang, () => Promise<Texts>> = {
  en: () => import('./en').then((m) => m.default),
  ru: () => import('./ru').then((m) => m.default),
};

export const guessLang = (): Lang => (navigator.languages.some((l) => l.startsWith('ru')) ? 'ru' : 'en');

export async function setLang(lang: Lang): Promise<void> {
  const texts = await loaders[lang]();
  document.documentElement.lang = lang;
  state = { zone: undefined, currency: 'RUB', ...state, lang, texts };
  tell();
}

export function setPlace(zone: string | undefined, currency: string): void {
  if (!state || (state.zone === zone && state.currency === currency)) return;
  state = { ...state, zone, currency };
  tell();
}

function useLocale(): State {
  return useSyncExternalStore(
    (f) => {
      subs.add(f);
      return () => {
        subs.delete(f);
      };
    },
    () => state!,
  );
}

export const useT = (): Texts => useLocale().texts;
export const currentLang = (): Lang => state?.lang ?? 'en';
export const useLang = (): Lang => useLocale().lang;

/* Formatters are dear to make: one set for the present language and place, shared by all that write. */
let made: { of: State; format: Format } | undefined;

export function useFmt(): Format {
  const s = useLocale();
  if (made?.of !== s) made = { of: s, format: makeFormat(s.lang, s.zone, s.currency, s.texts) };
  return made.format;
}

/* Words of one lazy screen, loaded with it and in one language only:
   const useDesk = screenTexts({ en: () => import('./en'), ru: () => import('./ru') }); */
export function screenTexts<T>(from: Record<Lang, () => Promise<{ default: T }>>): () => T {
  const read = { en: later(from.en), ru: later(from.ru) };
  return function useTexts() {
    return read[useLang()]().default;
  };
}
