// SPDX-License-Identifier: AGPL-3.0-or-later
// A model's criteria as an engineer would write them in JavaScript: each becomes a function, a lead's past is one object kept as JSON.
//   compile(body) -> { score(state, event, at) -> total, begin() -> state }
// Limits, cool-downs, ageing, groups and bounds count as they do in the house; what is public or late does not.
const HOUR = 3600e3, DAY = 24 * HOUR

const OPS = {
  has: (x, v) => typeof x === 'string' && x.toLowerCase().includes(v),
  starts: (x, v) => typeof x === 'string' && x.toLowerCase().startsWith(v),
  ends: (x, v) => typeof x === 'string' && x.toLowerCase().endsWith(v),
  eq: (x, v) => x === v,
  ne: (x, v) => x !== v,
  '>=': (x, v) => typeof x === 'number' && x >= v,
  '<=': (x, v) => typeof x === 'number' && x <= v,
  in: (x, v) => v.includes(typeof x === 'string' ? x.toLowerCase() : x),
  exists: x => x !== undefined,
}

function opOf(name) {
  if (!OPS[name]) throw new Error(`the model asks by "${name}", which the peer does not know`)
  return OPS[name]
}

function pattern(text) {
  const re = new RegExp('^' + text.split('*').map(s => s.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*') + '$')
  return path => path !== undefined && re.test(path)
}

/* event -> bool */
function matcher(e) {
  const names = e.event === undefined ? null : new Set([].concat(e.event)), page = e.page && pattern(e.page)
  const where = (e.where ?? []).map(w => [w.prop.split('.'), opOf(w.op), w.value])
  return ev => (!names || names.has(ev.name)) && (!page || (ev.page && page(ev.path))) &&
    where.every(([path, op, value]) => op(path.reduce((o, k) => o?.[k], ev), value))
}

/* What is a state of the lead, and what an event: (lead, event, at) -> bool */
function condition(c, key, needs) {
  if (c.all) { const l = c.all.map((x, i) => condition(x, `${key}.${i}`, needs)); return (...a) => l.every(f => f(...a)) }
  if (c.any) { const l = c.any.map((x, i) => condition(x, `${key}.${i}`, needs)); return (...a) => l.some(f => f(...a)) }
  if (c.not) { const f = condition(c.not, key, needs); return (...a) => !f(...a) }
  if (c.fact) { const op = opOf(c.op); return lead => op(lead.facts[c.fact], c.value) }
  if (c.count) {
    const window = c.days * DAY
    needs.push({ key, match: matcher(c.count), keep: c.value })
    return (lead, ev, at) => (lead.seen[key] ?? []).filter(t => t > at - window).length >= c.value
  }
  if (c.silent) {
    needs.push({ key, match: matcher(c.silent), keep: 1 })
    return (lead, ev, at) => at - (lead.seen[key]?.[0] ?? lead.born) >= c.days * DAY
  }
  const match = matcher(c)
  return (lead, ev) => match(ev)
}

const isEvent = c => c.event !== undefined || c.page !== undefined || [...(c.all ?? []), ...(c.any ?? [])].some(isEvent)

function aged(points, ageing, spent) {
  if (!ageing) return points
  if (ageing.kind === 'half_life') return points * 2 ** (-spent / (ageing.days * DAY))
  return spent < ageing.days * DAY ? points : 0
}

export function compile(body) {
  const needs = []
  const rules = body.criteria.filter(c => c.enabled).map(c => ({
    id: c.id, group: c.group, points: c.points, ageing: c.ageing, times: c.max_times ?? 1000, cool: (c.cooldown_hours ?? 0) * HOUR,
    event: isEvent(c.when), holds: condition(c.when, c.id, needs),
  }))
  const clamp = (x, lo, hi) => Math.max(lo ?? -Infinity, Math.min(hi ?? Infinity, x))
  return {
    begin: at => ({ facts: {}, seen: {}, hits: {}, born: at }),
    score(lead, ev, at) {
      for (const n of needs)
        if (n.match(ev)) (lead.seen[n.key] ??= []).push(at) > n.keep && lead.seen[n.key].shift()
      const groups = {}
      for (const r of rules) {
        let points = 0
        if (r.event) {
          const hits = lead.hits[r.id] ?? []
          if (r.holds(lead, ev, at) && (!hits.length || at - hits[hits.length - 1] >= r.cool)) {
            hits.push(at)
            if (hits.length > r.times) hits.shift()
            lead.hits[r.id] = hits
          }
          for (const t of hits) points += aged(r.points, r.ageing, at - t)
        } else if (r.holds(lead, ev, at)) {
          points = r.points
        }
        groups[r.group] = (groups[r.group] ?? 0) + points
      }
      let total = 0
      for (const g of body.groups) total += clamp(groups[g.name] ?? 0, g.floor, g.ceiling)
      return clamp(total, body.floor, body.ceiling)
    },
  }
}
