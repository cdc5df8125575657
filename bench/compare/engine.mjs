// SPDX-License-Identifier: AGPL-3.0-or-later
// json-rules-engine on the 30 rules of bench/rules.c, over events of the same kinds: node engine.mjs [EVENTS] [EVENTS_A_LEAD]
// The same work as `told` of rules.c with its JSON read: an event's text is parsed, the counts that rules ask for are kept by lead, the engine is
// run, and points are summed within limits (5 times, an hour's cool-down, ageing) and groups. Prints ns an event, the best of three.
import { Engine } from 'json-rules-engine'

const total = Number(process.argv[2] ?? 3000), each = Number(process.argv[3] ?? 30)
const HOUR = 3600e3, DAY = 24 * HOUR

let seed = 1n
const bits = () => {
  const mask = (1n << 64n) - 1n
  seed ^= (seed << 13n) & mask; seed ^= seed >> 7n; seed ^= (seed << 17n) & mask
  return Number(seed & 0xffffffffn)
}

const engine = new Engine([], { allowUndefinedFacts: true })
const rules = []
for (let i = 0; i < 30; i++) {
  const points = i % 7 ? 2 + i % 5 : -3
  const rule = { id: `c${i}`, group: i < 8 ? 'p' : 'i', points, event: i > 12, halves: i % 2 === 1 }
  let conditions
  if (i < 8) conditions = { all: [{ fact: `f${i}`, operator: 'has', value: 'x' }] }
  else if (i < 12) conditions = { all: [{ fact: `count_E${i - 8}`, operator: 'greaterThanInclusive', value: 3 }] }
  else if (i === 12) conditions = { all: [{ fact: 'silent_days', operator: 'greaterThanInclusive', value: 30 }] }
  else if (i % 3) conditions = { all: [{ fact: 'event', operator: 'equal', value: `E${i - 13}` }] }
  else conditions = { all: [{ fact: 'page', operator: 'starts', value: `/p${i}` }] }
  engine.addRule({ name: rule.id, conditions, event: { type: rule.id, params: { rule } } })
  rules.push(rule)
}
engine.addOperator('has', (x, v) => typeof x === 'string' && x.includes(v))
engine.addOperator('starts', (x, v) => typeof x === 'string' && x.startsWith(v))

function leadMake(n) {
  let at = 1700000000000
  const texts = []
  for (let i = 0; i < n; i++) {
    at += bits() % (4 * HOUR)
    const page = bits() % 3 === 0, which = bits() % 30, name = page ? `/p${which}` : `E${which}`
    texts.push(`{"type":"${page ? 'page' : 'track'}","event":"${name}","userId":"u${i}","messageId":"m${bits()}","at":${at},` +
      `"timestamp":"2026-01-01T00:00:00Z","properties":{"path":"${name}","plan":"pro","n":${which}},` +
      '"context":{"library":{"name":"x","version":"1"},"ip":"127.0.0.1"}}')
  }
  return texts
}

async function runLead(texts) {
  const facts = { f1: 'xyz', f2: 'abc', f5: 'x' }, seen = {}, hits = {}
  let last = null, score = 0
  for (const text of texts) {
    const e = JSON.parse(text), at = e.at, page = e.type === 'page'
    if (!page) (seen[e.event] ??= []).push(at)
    const given = { ...facts, event: page ? undefined : e.event, page: page ? e.properties.path : undefined,
      silent_days: last === null ? 0 : (at - last) / DAY }
    for (let i = 0; i < 4; i++) {
      const list = seen[`E${i}`] ?? []
      while (list.length && list[0] <= at - 7 * DAY) list.shift()
      given[`count_E${i}`] = list.length
    }
    last = at
    const groups = { p: 0, i: 0 }
    const { events } = await engine.run(given)
    for (const { params: { rule } } of events) {
      if (!rule.event) { groups[rule.group] += rule.points; continue }
      const h = hits[rule.id] ??= []
      if (!h.length || at - h[h.length - 1] >= HOUR) h.push(at) > 5 && h.shift()
    }
    for (const rule of rules)
      for (const t of hits[rule.id] ?? [])
        groups[rule.group] += rule.halves ? rule.points * 2 ** ((t - at) / (30 * DAY)) : at - t < 30 * DAY ? rule.points : 0
    score = Math.min(groups.p, 50) + Math.min(groups.i, 60)
  }
  return score
}

const leads = []
for (let i = 0; i < Math.max(1, Math.round(total / each)); i++) leads.push(leadMake(each))
let best = Infinity, sum = 0
for (let round = 0; round < 3; round++) {
  const from = process.hrtime.bigint()
  for (const lead of leads) sum += await runLead(lead)
  best = Math.min(best, Number(process.hrtime.bigint() - from) / (leads.length * each))
}
if (!Number.isFinite(sum)) throw new Error('no score')
console.log(`engine_ns: ${Math.round(best)}`)
