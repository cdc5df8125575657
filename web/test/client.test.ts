// What is being sent already is not sent again.
import { afterEach, expect, test, vi } from 'vitest';
import { api, setCsrf, whenSignedOut } from '../src/api/client';
import { rulesReadAt, type Rule } from '../src/api/office';
import { publishTried } from '../src/api/simulate';

const { answers, bodies, sent } = vi.hoisted(() => {
  const answers: ((r: Response) => void)[] = [];
  const sent: string[] = [];
  const bodies: unknown[] = [];
  globalThis.Request = class extends Request {
    constructor(to: string, o?: RequestInit) {
      super(new URL(to, 'http://house.example'), o);
    }
  } as typeof Request;
  globalThis.fetch = (async (rq: Request) => {
    sent.push(`${rq.method} ${new URL(rq.url).pathname}`);
    const body = await rq.text();
    if (body) bodies.push(JSON.parse(body));
    return new Promise<Response>((r) => answers.push(r));
  }) as typeof fetch;
  return { answers, bodies, sent };
});
const answer = (status: number, body: unknown, more: Record<string, string> = {}) =>
  answers.splice(0).forEach((r) =>
    r(
      new Response(JSON.stringify(body), {
        status,
        headers: { 'content-type': 'application/json', ...more },
      }),
    ),
  );
const tick = () => new Promise((r) => setTimeout(r, 5));
afterEach(() => {
  sent.splice(0);
  bodies.splice(0);
});

test('a_double_click_is_one_request', async () => {
  const a = api.post('/models/mo_1/publish');
  const b = api.post('/models/mo_1/publish');
  await tick();
  answer(200, { version: 2 });
  expect(await Promise.all([a, b])).toEqual([{ version: 2 }, { version: 2 }]);
  expect(sent).toEqual(['POST /api/v1/models/mo_1/publish']);
});

test('what_differs_or_comes_later_is_sent', async () => {
  const all = [
    api.post('/leads', { name: 'a' }),
    api.post('/leads', { name: 'b' }),
    api.post('/imports/im_1/undo'),
  ];
  await tick();
  answer(200, {});
  await Promise.all(all);
  const again = api.post('/leads', { name: 'a' });
  await tick();
  answer(200, {});
  await again;
  expect(sent.length).toBe(4);
});

test('a_refused_one_can_be_tried_again', async () => {
  const first = api.post('/x').catch((e) => e.status);
  await tick();
  answer(409, { type: '/problems/conflict', title: '', status: 409 });
  expect(await first).toBe(409);
  const second = api.post('/x');
  await tick();
  answer(200, { ok: true });
  expect(await second).toEqual({ ok: true });
});

test('rules_and_policies_that_were_tried_are_published_in_one_request', async () => {
  const pools = [{ id: 'pool_1' }, { id: 'pool_2' }];
  const policies = { pool_1: 'weighted', pool_gone: 'claim' } as const;
  const draft = publishTried({ version_id: 'rule_7', policies }, pools);
  await tick();
  answer(200, {});
  await draft;
  expect(sent.splice(0)).toEqual(['POST /api/v1/routing/versions/rule_7/publish']);
  expect(bodies.splice(0)).toEqual([{ policies: [{ pool_id: 'pool_1', policy: 'weighted' }] }]);
  // Of the live rules only pools changed: they stay as they are.
  const live = publishTried({ version_id: null, policies }, pools);
  await tick();
  answer(200, { items: [{ id: 'rule_1', name: 'a' }], next: null, total: 1 });
  await tick();
  answer(200, {});
  await live;
  expect(sent).toEqual(['GET /api/v1/routing/rules', 'PUT /api/v1/routing/rules']);
  expect(bodies.splice(0)).toEqual([
    { items: [{ id: 'rule_1', name: 'a' }], policies: [{ pool_id: 'pool_1', policy: 'weighted' }] },
  ]);
});

test('rules_are_saved_over_the_version_they_were_read_at', async () => {
  const read = api.tagged<{ items: Rule[] }>('/routing/rules');
  await tick();
  answer(200, { items: [] }, { etag: 'W/"8"' });
  expect((await read).version).toBe(8);
  const at = (version: number, ...names: string[]) => ({
    items: names.map((name) => ({ name }) as Rule),
    next: null,
    total: names.length,
    version,
  });
  expect(rulesReadAt(at(8, 'a', 'b'), at(9, 'b', 'a'))).toBe(8); // somebody's work would be lost: the server is to refuse
  expect(rulesReadAt(at(8, 'a', 'b'), at(9, 'a', 'b'))).toBe(9); // only a pool has changed
  expect(rulesReadAt(at(8, 'a'), undefined)).toBe(8);
});

test('what_is_refused_for_want_of_a_session_goes_out_again_once_there_is_one', async () => {
  let signIn = () => {};
  whenSignedOut(() => new Promise<void>((go) => (signIn = go)));
  const said = { type: '/problems/sign_in', status: 401 };
  const done = vi.fn();
  void api.post('/leads/ld_1/calls', { note: 'Перезвонить' }).then(done);
  await tick();
  answer(401, said);
  await tick();
  expect(sent).toHaveLength(1);
  setCsrf('fresh');
  signIn();
  await tick();
  expect(sent).toHaveLength(2);
  expect(bodies[1]).toEqual({ note: 'Перезвонить' });
  answer(200, { ok: true });
  await tick();
  expect(done).toHaveBeenCalledWith({ ok: true });
  // a wrong password is the person's, not the session's; nor does who asks who one is wait
  const status = (x: Promise<unknown>) => x.catch((e) => e.status as number);
  const wrong = status(api.patch('/me', {}));
  await tick();
  answer(401, { type: '/problems/bad_password', status: 401 });
  expect(await wrong).toBe(401);
  const nobody = status(api.alone('/me'));
  await tick();
  answer(401, said);
  expect(await nobody).toBe(401);
  whenSignedOut(() => undefined);
});
