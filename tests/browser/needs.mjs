/* What a case needs to be there that another case makes when all run: made once, by the API, and found when it is there already. So a case
   may be run alone. */
import assert from 'node:assert/strict';
import { people, Person } from './server.mjs';
import { comes } from '../wait.mjs';

const owner = async (h) => {
  const p = new Person(h.base);
  await p.signIn(people.owner);
  return p;
};

/* A second salesperson. */
export async function boris(h) {
  const p = await owner(h);
  const email = 'boris@example.com';
  const there = (await p.get('/users')).items.find((u) => u.email === email);
  return there ?? p.post('/users', { name: 'Борис Лапин', email, password: 'correct-horse-4', role: 'manager', lang: 'ru' });
}

/* A pool by shares and two rules, large companies first. */
export async function rules(h) {
  const p = await owner(h);
  const { id } = await boris(h);
  if ((await p.get('/routing/rules')).items.length) return;
  const pool = await p.post('/routing/pools', { name: 'Крупные', policy: 'weighted', members: [{ user_id: id, weight: 2 }] });
  await p.call('PUT', '/routing/rules', {
    items: [
      { name: 'От 250 человек', enabled: true, pool_id: pool.id, explore: 50, condition: { fact: 'employees', op: '>=', value: 250 } },
      { name: 'Все остальные', enabled: true, condition: null },
    ],
  });
}

/* The usual quick replies. */
export async function replies(h) {
  const p = await owner(h);
  if (!(await p.get('/replies')).total) await p.post('/replies/starters');
}

/* 400 leads of two months: bosses buy four times in ten, others one in ten. */
const planted = () => {
  const rows = ['email,name,title,source,created_at,outcome,outcome_at'];
  for (let i = 0; i < 400; i++) {
    const born = Date.now() - (70 - i / 10) * 86400e3;
    const boss = i % 3 === 0;
    const won = boss ? i % 5 < 2 : i % 10 === 1;
    rows.push(
      [
        `cal${i}@planted.example`, `Посев ${i}`, boss ? 'генеральный директор' : 'инженер', i % 2 ? 'сайт' : 'выставка',
        new Date(born).toISOString(), won ? 'won' : 'lost', new Date(born + 4 * 86400e3).toISOString(),
      ].join(','),
    );
  }
  return rows.join('\n');
};

/* A file of leads whose end is known. */
export async function outcomes(h) {
  const p = await owner(h);
  if ((await p.get('/leads?q=cal7@planted.example')).items.length) return;
  const r = await fetch(h.base + '/api/v1/imports?name=planted.csv', {
    method: 'POST',
    headers: { 'Content-Type': 'text/csv', Cookie: p.cookie, 'X-Gradus-Csrf': p.csrf },
    body: planted(),
  });
  assert.equal(r.status, 201);
  const file = await r.json();
  const columns = ['email', 'name', 'title', 'source', 'created_at', 'outcome', 'outcome_at'];
  await p.patch(`/imports/${file.id}`, { mapping: { columns: columns.map((field, index) => ({ index, field })) } });
  await p.call('POST', `/imports/${file.id}/run`);
  await comes('the import is done', async () => (await p.get(`/imports/${file.id}`)).state === 'done');
}

/* A calibration report over them. */
export async function report(h) {
  const p = await owner(h);
  await outcomes(h);
  const told = async () => (await p.get('/calibration').catch(() => undefined))?.report;
  if ((await told())?.won > 50) return;
  await p.post('/calibration', {});
  await comes('the report stands', async () => (await told())?.won > 50);
}
