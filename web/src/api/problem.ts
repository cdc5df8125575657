/* What the server says when it refuses (problem+json), told to a person. */
import type { Texts } from '../i18n';

export type Problem = {
  type?: string;
  title?: string;
  status: number;
  detail?: string;
  errors?: { pointer?: string; field?: string; code: string; detail?: string; note?: string }[];
  request_id?: string;
};

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem | undefined,
  ) {
    super(problem?.detail ?? problem?.title ?? 'status ' + status);
  }
}

/* Why it cannot be now, as the server tells it of the whole request: a sentence. What it says of one field stands at that field. */
function reason(p: Problem | undefined): string | undefined {
  const why = p?.errors?.find((x) => x.note && !x.pointer)?.note;
  return why && why[0]!.toUpperCase() + why.slice(1) + (/[.!?…]$/.test(why) ? '' : '.');
}

/* Somebody else has changed it since it was read. */
export const isStale = (e: unknown) => e instanceof ApiError && e.status === 412;

export function problemText(e: unknown, t: Texts): string {
  if (!(e instanceof ApiError)) return e instanceof TypeError ? t.error.network : t.error.unknown;
  const said = e.problem?.detail ?? e.problem?.title;
  switch (e.status) {
    case 0:
    case 502:
    case 503:
    case 504:
      return said ?? t.error.network;
    case 401:
    case 403:
      return said ?? t.error.denied;
    case 404:
      return t.error.missing;
    case 409:
      return reason(e.problem) ?? said ?? t.error.conflict;
    case 412:
      return t.error.stale;
    case 400:
    case 422:
      return said ?? t.error.invalid;
    case 413:
      return t.error.big;
    case 429:
      return t.error.tooMany;
    default:
      return e.status >= 500 ? t.error.server : (said ?? t.error.unknown);
  }
}

/* The message of one field, by the last name of its pointer: {name: 'too long'}. */
export function fieldErrors(e: unknown): Record<string, string> {
  const out: Record<string, string> = {};
  if (!(e instanceof ApiError)) return out;
  for (const x of e.problem?.errors ?? []) {
    const key = (x.pointer ?? x.field ?? '').split('/').pop() ?? '';
    out[key] ??= x.detail ?? x.code;
  }
  return out;
}
