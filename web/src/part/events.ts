/* Names of events as people say them; one that is not known here keeps the name it came with. */
import type { Texts } from '../i18n';

export function eventName(e: { name: string | null; kind: string; path?: string | null }, t: Texts): string {
  const known = e.name ? (t.event as Record<string, string>)[e.name] : undefined;
  if (known) return known;
  if (e.kind === 'page') return t.eventPage(e.name || e.path || '/');
  const kind = (t.eventKind as Record<string, string>)[e.kind];
  if (kind && e.kind !== 'track' && e.kind !== 'screen') return kind;
  return e.name || kind || e.kind;
}
