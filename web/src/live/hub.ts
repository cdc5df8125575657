/* One stream for the whole browser. The tab that holds the Web Lock reads /live and shares it by BroadcastChannel;
   when it closes another takes over and resumes after the last event seen. Without locks (plain http in a local
   network) each tab reads for itself. */
import { makeReader } from './sse';
import type { LiveEvent } from './merge';

export type LiveState = { live: boolean; since: number };
type Shared =
  | { kind: 'event'; id?: string; event: LiveEvent }
  | { kind: 'state'; live: boolean; at?: string | undefined } // at: told to who asks, the last event seen
  | { kind: 'ask' };

export const RETRY = [1000, 2000, 5000, 10_000, 30_000];
export const SILENCE = 32_000; // two heartbeats missed

export type Hub = { stop: () => void };

export function startHub(o: {
  url: string;
  from?: string | undefined; // where the stream stood before anything was read: what has happened since is told
  onEvent: (e: LiveEvent) => void;
  onState: (s: LiveState) => void;
  onDenied?: () => Promise<void> | undefined; // the session has ended: the wait for the next one
  fetch?: typeof fetch;
}): Hub {
  const stopped = new AbortController();
  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('gradus-live');
  let lastId = o.from;
  let live: boolean | undefined;
  let leader = false;

  const setState = (now: boolean, share: boolean) => {
    if (share) channel?.postMessage({ kind: 'state', live: now } satisfies Shared);
    if (now === live) return;
    live = now;
    o.onState({ live: now, since: Date.now() });
  };
  const take = (id: string | undefined, event: LiveEvent) => {
    if (id !== undefined) lastId = id;
    o.onEvent(event);
  };
  if (channel)
    channel.onmessage = (m: MessageEvent<Shared>) => {
      const x = m.data;
      if (x.kind === 'ask') {
        if (leader && live !== undefined)
          channel.postMessage({ kind: 'state', live, at: lastId } satisfies Shared);
      } else if (leader) return;
      else if (x.kind === 'event') take(x.id, x.event);
      else {
        setState(x.live, false);
        if (x.at !== undefined && lastId !== undefined && isLater(x.at, lastId))
          take(x.at, { type: 'reset' });
      }
    };
  channel?.postMessage({ kind: 'ask' } satisfies Shared);

  const lead = async () => {
    leader = true;
    for (let failures = 0; !stopped.signal.aborted;) {
      const began = Date.now();
      const got = await readOnce({
        url: o.url,
        lastId,
        stop: stopped.signal,
        fetch: o.fetch ?? ((url, init) => fetch(url, init)),
        onOpen: () => setState(true, true),
        onEvent: (id, e) => {
          channel?.postMessage({
            kind: 'event',
            ...(id !== undefined ? { id } : {}),
            event: e,
          } satisfies Shared);
          take(id, e);
        },
      });
      if (stopped.signal.aborted) return;
      // A stream that lived and was closed in good order (a proxy's limit) is opened again at once, silently.
      if (got === 'ended' && Date.now() - began > 5000) {
        failures = 0;
        continue;
      }
      setState(false, true);
      const next = got === 'denied' ? o.onDenied?.() : undefined;
      if (next) {
        await next;
        failures = 0;
        continue;
      }
      if (got === 'ended' || got === 'silent') failures = 0;
      await sleep(RETRY[Math.min(failures++, RETRY.length - 1)]!, stopped.signal);
    }
  };

  if (typeof navigator !== 'undefined' && navigator.locks)
    navigator.locks.request('gradus-live', { signal: stopped.signal }, lead).catch(() => {});
  else void lead();

  return {
    stop: () => {
      stopped.abort();
      channel?.close();
    },
  };
}

/* The other tab has been told what this one has not: an id is the server's run, and a number. */
function isLater(at: string, than: string): boolean {
  const [run, n] = at.split('-');
  const [before, m] = than.split('-');
  return run !== before || Number(n) > Number(m);
}

async function readOnce(o: {
  url: string;
  lastId: string | undefined;
  stop: AbortSignal;
  fetch: typeof fetch;
  onOpen: () => void;
  onEvent: (id: string | undefined, e: LiveEvent) => void;
}): Promise<'ended' | 'silent' | 'failed' | 'denied'> {
  const quiet = new AbortController();
  let watch: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(watch);
    watch = setTimeout(() => quiet.abort(), SILENCE);
  };
  const abort = () => quiet.abort();
  o.stop.addEventListener('abort', abort);
  // the device says that it has no network: why wait for two heartbeats
  if (typeof addEventListener !== 'undefined') addEventListener('offline', abort);
  let opened = false;
  try {
    heard();
    const res = await o.fetch(o.url, {
      headers: {
        Accept: 'text/event-stream',
        ...(o.lastId !== undefined ? { 'Last-Event-ID': o.lastId } : {}),
      },
      cache: 'no-store',
      signal: quiet.signal,
    });
    if (res.status === 401) return 'denied';
    if (!res.ok || !res.body) return 'failed';
    opened = true;
    o.onOpen();
    const push = makeReader((w) => {
      if ('beat' in w) return;
      try {
        o.onEvent(w.id, { type: w.type, ...(JSON.parse(w.data) as object) } as LiveEvent);
      } catch {
        // one unreadable event is not worth the stream
      }
    });
    const text = new TextDecoder();
    const body = res.body.getReader();
    for (;;) {
      const { done, value } = await body.read();
      if (done) return 'ended';
      heard();
      push(text.decode(value, { stream: true }));
    }
  } catch {
    return opened ? 'silent' : 'failed';
  } finally {
    clearTimeout(watch);
    o.stop.removeEventListener('abort', abort);
    if (typeof removeEventListener !== 'undefined') removeEventListener('offline', abort);
  }
}

function sleep(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((go) => {
    const w = setTimeout(go, ms);
    const now = () => {
      clearTimeout(w);
      go();
    };
    stop.addEventListener('abort', now, { once: true });
    // back on line: do not wait for the rest of the pause
    if (typeof addEventListener !== 'undefined') addEventListener('online', now, { once: true });
  });
}
