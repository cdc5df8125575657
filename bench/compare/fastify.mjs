// SPDX-License-Identifier: AGPL-3.0-or-later
// The same work as an engineer would write it: Fastify, better-sqlite3, one transaction a request, durable.
//   node fastify.mjs PORT FILE MODEL.json KEY
// A repeat of a message id is dropped, the lead is found by its identity or made, the event kept, 30 rules evaluated, the lead's
// score and band written, a task made when it turns hot.
import { readFileSync } from 'node:fs'
import { timingSafeEqual } from 'node:crypto'
import Database from 'better-sqlite3'
import Fastify from 'fastify'
import { compile } from './rules.mjs'

const [port, file, modelFile, key] = process.argv.slice(2)
const body = JSON.parse(readFileSync(modelFile, 'utf8')).body
const model = compile(body)
const db = new Database(file)
for (const p of ['journal_mode = WAL', 'synchronous = FULL', 'cache_size = -98304', 'wal_autocheckpoint = 10000', 'temp_store = MEMORY'])
  db.pragma(p)
db.exec(`
  CREATE TABLE IF NOT EXISTS lead (id INTEGER PRIMARY KEY, score INTEGER NOT NULL, band INTEGER NOT NULL, seen_at INTEGER, state TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS lead_band ON lead (band, score);
  CREATE TABLE IF NOT EXISTS identity (value TEXT PRIMARY KEY, lead_id INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY, lead_id INTEGER NOT NULL, at INTEGER NOT NULL, message_id TEXT NOT NULL UNIQUE,
    name TEXT, path TEXT, body TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS event_lead ON event (lead_id, at);
  CREATE TABLE IF NOT EXISTS task (id INTEGER PRIMARY KEY, lead_id INTEGER NOT NULL, at INTEGER NOT NULL, score INTEGER NOT NULL);`)

const seen = db.prepare('SELECT 1 FROM event WHERE message_id = ?').pluck()
const findLead = db.prepare('SELECT l.id, l.band, l.state FROM identity i JOIN lead l ON l.id = i.lead_id WHERE i.value = ?')
const addLead = db.prepare('INSERT INTO lead (score, band, state) VALUES (0, 0, ?)')
const addIdentity = db.prepare('INSERT INTO identity (value, lead_id) VALUES (?, ?)')
const addEvent = db.prepare('INSERT INTO event (lead_id, at, message_id, name, path, body) VALUES (?, ?, ?, ?, ?, ?)')
const putLead = db.prepare('UPDATE lead SET score = ?, band = ?, seen_at = ?, state = ? WHERE id = ?')
const addTask = db.prepare('INSERT INTO task (lead_id, at, score) VALUES (?, ?, ?)')
const NAMES = { page: 'Page Viewed', identify: 'Identified' }

function take(ev) {
  if (seen.get(ev.messageId)) return
  const who = ev.userId ?? ev.anonymousId, at = Date.parse(ev.timestamp)
  const row = findLead.get(who)
  const lead = row ? JSON.parse(row.state) : model.begin(at)
  const id = row ? row.id : addLead.run('{}').lastInsertRowid
  if (!row) addIdentity.run(who, id)
  const event = { ...ev, name: NAMES[ev.type] ?? ev.event, page: ev.type === 'page', path: ev.properties?.path }
  addEvent.run(id, at, ev.messageId, event.name, event.path ?? null, JSON.stringify(ev))
  if (ev.traits) Object.assign(lead.facts, ev.traits)
  const total = Math.round(model.score(lead, event, at))
  const band = total >= body.hot ? 2 : total >= body.warm ? 1 : 0
  putLead.run(total, band, at, JSON.stringify(lead), id)
  if (band === 2 && row?.band !== 2) addTask.run(id, at, total)
}

const takeAll = db.transaction(events => { for (const ev of events) take(ev) })
const wanted = Buffer.from('Basic ' + Buffer.from(key + ':').toString('base64'))
const app = Fastify({ bodyLimit: 4 << 20 })
app.addHook('onRequest', async (request, reply) => {
  const got = Buffer.from(request.headers.authorization ?? '')
  if (got.length !== wanted.length || !timingSafeEqual(got, wanted)) return reply.code(401).send({ error: 'who are you' })
})
app.post('/v1/batch', async request => { takeAll(request.body.batch); return { success: true } })
app.post('/v1/track', async request => { takeAll([{ ...request.body, type: 'track' }]); return { success: true } })
await app.listen({ port: Number(port), host: '127.0.0.1' })
