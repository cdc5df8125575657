// SPDX-License-Identifier: AGPL-3.0-or-later
// A house to be measured or killed: a calendar that is always open, managers who are always there and never full, as many as asked for.
//   node bench/house.mjs http://HOST:PORT KEY_OF_AN_OWNER MANAGERS [CRITERIA]
// CRITERIA: publishes the starter model with criteria added until it has that many.
const [base, key, managers, criteria] = process.argv.slice(2)

async function call(method, path, body) {
  const answer = await fetch(base + '/api/v1' + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return text ? JSON.parse(text) : null
}

const day = [['00:00', '24:00']]
const hours = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map(d => [d, day]))
const calendar = await call('POST', '/calendars', { name: 'Always', zone: 'UTC', hours, holidays: [] })
for (let i = 0; i < Number(managers); i++) {
  const user = await call('POST', '/users', {
    name: `Manager ${i}`, email: `m${i}@house.example`, role: 'manager', password: `a long enough secret ${i}`, lang: 'en',
  })
  const list = (await call('GET', '/managers')).items
  const manager = list.find(m => m.user_id === user.id)
  await call('PATCH', `/managers/${manager.id}`, {
    calendar_id: calendar.id, capacity: 10000, daily_quota: 100000, hourly_quota: 100000,
  })
  await call('POST', `/managers/${manager.id}/duty`, { on_duty: true })
}
if (criteria) {
  const live = await call('GET', '/models/live')
  const body = live.body
  for (let i = 0; body.criteria.length < Number(criteria); i++)
    body.criteria.push({
      id: `bench${i}`, title: { ru: `Стенд ${i}`, en: `Bench ${i}` }, group: body.groups[body.groups.length - 1].name, enabled: true,
      when: { event: i % 2 ? `Bench Event ${i}` : 'Video Played', where: [{ prop: 'properties.value', op: '>=', value: 10 * i }] },
      points: 1, max_times: 3,
    })
  const draft = await call('POST', '/models', { from: live.id, name: 'Bench', note: '' })
  await call('PUT', `/models/${draft.id}`, { name: 'Bench', note: '', body })
  await call('POST', `/models/${draft.id}/publish`)
}
