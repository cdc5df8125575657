import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Lead } from '../src/api/types';
import { applyMerged } from '../src/live/apply';
import { RETRY, SILENCE, startHub, type Hub } from '../src/live/hub';
import { add, emptyMerged, makeMerger, type LiveEvent, type Merged } from '../src/live/merge';
import { makeReader, type Wire } from '../src/live/sse';

const lead = (id: string, version: number, score: number) => ({ id, version, score, band: 'warm' }) as Lead;

describe('wire', () => {
  const read = (...chunks: string[]) => {
    const out: Wire[] = [];
    const push = makeReader((w) => out.push(w));
    chunks.forEach(push);
    return out;
  };
  it('reads an event cut anywhere, with any line ends', () => {
    const text = 'id: 7\r\nevent: lead.hot\r\ndata: {"a":\r\ndata: 1}\r\n\r\n: beat\n\ndata: x\n\n';
    const whole = read(text);
    expect(whole).toEqual([
      { id: '7', type: 'lead.hot', data: '{"a":\n1}' },
      { beat: true },
      { type: 'message', data: 'x' },
    ]);
    for (let i = 1; i < text.length; i++) expect(read(text.slice(0, i), text.slice(i))).toEqual(whole);
  });
});

describe('merge', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('makes one change of what came within 250 ms, the newest version last', () => {
    const got: Merged[] = [];
    const put = makeMerger(250, (m) => got.push(m));
    put({ type: 'lead.changed', id: 'a', v: 3, patch: { score: 30, stage: 'new' } });
    put({ type: 'lead.changed', id: 'a', v: 5, patch: { score: 50 } });
    put({ type: 'lead.changed', id: 'a', v: 4, patch: { score: 40, company: 'Orion' } });
    vi.advanceTimersByTime(249);
    expect(got).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(got).toHaveLength(1);
    expect(got[0]!.leads.get('a')).toEqual({ v: 5, patch: { score: 50, stage: 'new', company: 'Orion' } });
    put({ type: 'lead.changed', id: 'a', v: 6, patch: { score: 60 } });
    vi.advanceTimersByTime(250);
    expect(got).toHaveLength(2);
  });
});

describe('cache', () => {
  const key = ['leads', 'q'];
  const filled = () => {
    const qc = new QueryClient();
    qc.setQueryData(key, {
      pages: [{ items: [lead('a', 5, 50), lead('b', 1, 40)] }],
      pageParams: [''],
    });
    qc.setQueryData(['lead', 'a'], lead('a', 5, 50));
    return qc;
  };
  const rows = (qc: QueryClient) =>
    qc
      .getQueryData<{ pages: { items: Lead[] }[] }>(key)!
      .pages[0]!.items.map((l) => [l.id, l.version, l.score]);

  it('patches the row in its place and the card, and drops what is older', () => {
    const qc = filled();
    const m = emptyMerged();
    add(m, { type: 'lead.changed', id: 'b', v: 2, patch: { score: 90 } });
    add(m, { type: 'lead.changed', id: 'a', v: 4, patch: { score: 1 } });
    add(m, { type: 'lead.changed', id: 'zz', v: 9, patch: { score: 99 } });
    expect(applyMerged(qc, m).flashed).toEqual(['b']);
    expect(rows(qc)).toEqual([
      ['a', 5, 50],
      ['b', 2, 90],
    ]);
    expect(qc.getQueryData<Lead>(['lead', 'a'])!.score).toBe(50);
  });

  it('after a reset everything is stale', () => {
    const qc = filled();
    const m = emptyMerged();
    add(m, { type: 'reset' });
    applyMerged(qc, m);
    expect(qc.getQueryState(key)!.isInvalidated).toBe(true);
  });
});

describe('hub', () => {
  let hub: Hub | undefined;
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    hub?.stop();
    hub = undefined;
    vi.useRealTimers();
  });

  /* A server whose answers are held by the test. */
  function server() {
    const asked: { headers: Record<string, string>; send: (s: string) => void; end: () => void }[] = [];
    const get = ((_url: string, init: RequestInit) => {
      let c!: ReadableStreamDefaultController<Uint8Array>;
      const body = new ReadableStream<Uint8Array>({ start: (x) => void (c = x) });
      init.signal!.addEventListener('abort', () => c.error(new Error('aborted')));
      asked.push({
        headers: init.headers as Record<string, string>,
        send: (s) => c.enqueue(new TextEncoder().encode(s)),
        end: () => c.close(),
      });
      return Promise.resolve(new Response(body));
    }) as unknown as typeof fetch;
    return { asked, get };
  }
  const start = (get: typeof fetch, from?: string) => {
    const events: LiveEvent[] = [];
    const states: boolean[] = [];
    hub = startHub({
      url: '/live',
      fetch: get,
      from,
      onEvent: (e) => events.push(e),
      onState: (s) => states.push(s.live),
    });
    return { events, states };
  };

  it('resumes after the last event it has seen', async () => {
    const s = server();
    const { events, states } = start(s.get);
    await vi.advanceTimersByTimeAsync(1);
    expect(s.asked[0]!.headers['Last-Event-ID']).toBeUndefined();
    s.asked[0]!.send('id: 41\nevent: model.published\ndata: {}\n\n');
    await vi.advanceTimersByTimeAsync(1);
    expect(events).toEqual([{ type: 'model.published' }]);
    s.asked[0]!.end();
    await vi.advanceTimersByTimeAsync(1);
    expect(states).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(RETRY[0]!);
    expect(s.asked).toHaveLength(2);
    expect(s.asked[1]!.headers['Last-Event-ID']).toBe('41');
    expect(states).toEqual([true, false, true]);
  });

  it('begins where the stream stood when the first screen was read', async () => {
    const s = server();
    start(s.get, 'a-7');
    await vi.advanceTimersByTimeAsync(1);
    expect(s.asked[0]!.headers['Last-Event-ID']).toBe('a-7');
  });

  it.each([
    ['a-7', 'a-7', []],
    ['a-9', 'a-7', [{ type: 'reset' }]],
    ['b-1', 'a-7', [{ type: 'reset' }]],
  ])('beside a tab that has seen %s, a screen read at %s', async (seen, from, told) => {
    const channels: {
      onmessage?: (m: { data: unknown }) => void;
      postMessage: () => void;
      close: () => void;
    }[] = [];
    class Channel {
      onmessage?: (m: { data: unknown }) => void;
      constructor() {
        channels.push(this);
      }
      postMessage() {}
      close() {}
    }
    vi.stubGlobal('BroadcastChannel', Channel);
    vi.stubGlobal('navigator', { locks: { request: () => new Promise(() => {}) } }); // the other tab has the lock
    const { events } = start(server().get, from);
    channels[0]!.onmessage!({ data: { kind: 'state', live: true, at: seen } });
    vi.unstubAllGlobals();
    expect(events).toEqual(told);
  });

  it('takes two missed heartbeats for a lost line', async () => {
    const s = server();
    const { states } = start(s.get);
    await vi.advanceTimersByTimeAsync(SILENCE - 1000);
    s.asked[0]!.send(': beat\n\n');
    await vi.advanceTimersByTimeAsync(SILENCE - 1000);
    expect(states).toEqual([true]);
    await vi.advanceTimersByTimeAsync(1500);
    expect(states).toEqual([true, false]);
  });

  it('waits longer after each failure', async () => {
    let n = 0;
    const { states } = start((() => {
      n++;
      return Promise.reject(new TypeError('down'));
    }) as unknown as typeof fetch);
    await vi.advanceTimersByTimeAsync(0);
    for (let i = 0; i < RETRY.length; i++) {
      expect(n).toBe(i + 1);
      await vi.advanceTimersByTimeAsync(RETRY[i]! - 1);
      expect(n).toBe(i + 1);
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(states).toEqual([false]);
  });

  it('takes a refusal for want of a session for no failure: it waits for the next one', async () => {
    let n = 0;
    let signIn = () => {};
    let signedIn = false;
    const states: boolean[] = [];
    hub = startHub({
      url: '/live',
      fetch: (() => {
        n++;
        return Promise.resolve(new Response('', { status: signedIn ? 200 : 401 }));
      }) as unknown as typeof fetch,
      onEvent: () => {},
      onState: (x) => states.push(x.live),
      onDenied: () => new Promise<void>((go) => (signIn = go)),
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(n).toBe(1);
    signedIn = true;
    signIn();
    await vi.advanceTimersByTimeAsync(0);
    expect(n).toBe(2);
  });
});
