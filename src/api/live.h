/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* live.h - what happens, on the screens of those who may see it, by server-sent events.
 *
 * A transaction leaves messages (ids only). After its commit they come here; one thread reads what each is about, in a snapshot of its own, and
 * writes it into a ring, once in each language that is read. A stream is a place in that ring and nothing more: it holds no queue, so a reader that sleeps costs nothing,
 * and one that falls behind the ring, or comes back with a Last-Event-ID that the ring has forgotten, is told `reset` and reads
 * its screens anew.
 *
 * Who sees what: everybody's, by RIGHT_LEAD_ALL; else what is or was one's own. Rights are asked again when users, sessions or keys
 * change and with each heartbeat (15 s), so a stream ends with its session.
 *
 * Where several programs serve one PostgreSQL each tells the others (live_wire.c), so it does not matter which of them a screen is at.
 *
 * Threads: any may publish. Taking it down: live_close ends the streams and the thread, before http_close.
 */
#ifndef API_LIVE_H
#define API_LIVE_H

#include "api/endpoint.h"

/* How one kind of message is told: the event's name, and who writes its data. */
struct live_kind {
    const char *event;
    bool for_all; /* everybody may see it */
    /* What n messages of the kind say: json[i], one value each; absent when there is nothing to tell any more. May set users whom a
     * message concerns. call: the house's own, with a snapshot; no request. */
    enum err (*render)(struct call *call, struct message *messages, size_t n, struct str *json);
};

/* One row a message kind, in the order of the enum: api/live_kinds.c. */
extern const struct live_kind live_kinds[MESSAGE_KINDS];

NODISCARD enum err live_open(struct ctx *c, const struct house *house, const struct live_kind *kinds, struct live **live);
void live_close(struct live *live);
void live_free(struct live *live);

/* After the commit. */
void live_publish(struct live *live, const struct messages *messages);
/* What has no message kind: progress of an import, say. For all who have RIGHT_LEAD_ALL, and for user. */
void live_tell(struct live *live, const char *event, struct user_id user, struct str json);
/* Streams open now, and events written so far. */
void live_figures(struct live *live, int64_t *streams, int64_t *events);

/* Where the events stand: as the Last-Event-ID of a stream, what is told from now on. In a. */
struct str live_place(struct live *live, struct arena *a);

/* GET /live */
enum err live_stream(struct call *call);

#endif
