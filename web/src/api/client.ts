/* The one way to the server: fetch with the session's CSRF header on writes, problem+json as ApiError, and three tries
   when the network fails. Paths are checked against the API's document in test/contract.test.ts; here they are plain text. */
import { ApiError, type Problem } from './problem';

type Query = Record<string, string | number | boolean | null | undefined>;
type Options = {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  version?: number; // If-Match
  tagged?: boolean; // the ETag comes along, as version
  alone?: boolean; // a refusal for want of a session is the caller's
  raw?: { body: BodyInit; type: string }; // not JSON: a file
};

const BASE = '/api/v1';

let csrf = '';
export const setCsrf = (token: string) => {
  csrf = token;
};

/* A session that has ended: whoever set this gives the wait for the next one, after which the same request goes out again, so that
   what was being written is not lost. Without it (nobody has been here yet) the refusal is the caller's. */
let onSignedOut: () => Promise<void> | undefined = () => undefined;
export const whenSignedOut = (f: typeof onSignedOut) => {
  onSignedOut = f;
};
const isSignedOut = (status: number, problem: Problem | undefined) =>
  status === 401 && problem?.type !== '/problems/bad_password';

const pause = (ms: number) => new Promise((go) => setTimeout(go, ms));

async function call<T>(method: string, path: string, o: Options = {}): Promise<T> {
  const write = method !== 'GET';
  const headers: Record<string, string> = {};
  if (o.version !== undefined) headers['If-Match'] = `"${o.version}"`;
  if (method === 'POST') headers['Idempotency-Key'] = makeKey();
  if (o.raw) headers['Content-Type'] = o.raw.type;
  else if (o.body !== undefined) headers['Content-Type'] = 'application/json';
  const body = o.raw?.body ?? (o.body === undefined ? undefined : JSON.stringify(o.body));
  const query = new URLSearchParams();
  for (const [k, v] of Object.entries(o.query ?? {}))
    if (v !== undefined && v !== null && v !== '') query.set(k, String(v));
  const url = BASE + path + (query.size ? '?' + query : '');

  for (let attempt = 0; ; attempt++) {
    try {
      if (write && csrf) headers['X-Gradus-Csrf'] = csrf; // each session has its own
      const r = await fetch(new Request(url, { method, headers, body, signal: o.signal ?? null }));
      const text = await r.text();
      if (r.ok) {
        const json = r.headers.get('content-type')?.includes('json');
        const said = text ? (json === false ? text : JSON.parse(text)) : undefined;
        return (o.tagged ? { ...said, version: tagOf(r) } : said) as T;
      }
      const problem = asProblem(text);
      if (isSignedOut(r.status, problem) && !o.alone && path !== '/session') {
        const next = onSignedOut();
        if (next) {
          await next;
          if (!o.signal?.aborted) continue;
        }
      }
      throw new ApiError(r.status, problem);
    } catch (e) {
      if (!(e instanceof TypeError) || o.signal?.aborted || attempt >= 2) throw e;
      await pause(300 * 3 ** attempt);
    }
  }
}

/* The number in an ETag, which a proxy may have made a weak one. */
function tagOf(r: Response): number | undefined {
  const n = /"(\d+)"/.exec(r.headers.get('etag') ?? '')?.[1];
  return n === undefined ? undefined : Number(n);
}

function asProblem(e: string): Problem | undefined {
  if (!e.startsWith('{')) return undefined;
  try {
    return JSON.parse(e) as Problem;
  } catch {
    return undefined;
  }
}

/* crypto.randomUUID exists only on secure origins; a server in a local network may have no certificate. */
function makeKey(): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
}

/* A click on what is being sent already (a double click, Enter held down) is the same click. */
const going = new Map<string, Promise<unknown>>();
function once<T>(path: string, o: Options): Promise<T> {
  const name = JSON.stringify([path, o.query, o.body, o.version]);
  const before = going.get(name);
  if (before) return before as Promise<T>;
  const now = call<T>('POST', path, o).finally(() => going.delete(name));
  going.set(name, now);
  return now;
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => call<T>('GET', path, { query, signal }),
  alone: <T>(path: string) => call<T>('GET', path, { alone: true }),
  tagged: <T>(path: string, signal?: AbortSignal) =>
    call<T & { version?: number }>('GET', path, { signal, tagged: true }),
  post: <T>(path: string, body?: unknown, o: Options = {}) =>
    o.signal ? call<T>('POST', path, { ...o, body }) : once<T>(path, { ...o, body }),
  put: <T>(path: string, body?: unknown, o: Options = {}) => call<T>('PUT', path, { ...o, body }),
  patch: <T>(path: string, body: unknown, version?: number) => call<T>('PATCH', path, { body, version }),
  del: <T = void>(path: string, version?: number) => call<T>('DELETE', path, { version }),
  file: <T>(path: string, raw: { body: BodyInit; type: string }, query?: Query) =>
    call<T>('POST', path, { raw, query }),
};
