/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* live_inner.h - what the two files of the live streams share: live.c (the ring and its readers) and live_work.c (the thread that fills it).
 */
#ifndef API_LIVE_INNER_H
#define API_LIVE_INNER_H

#include "api/inner.h"
#include "api/live.h"

enum {
    INBOX = 8192,
    CHANGED_MAX = 512,        /* leads that wait to be told of */
    CHANGED_SLOTS = 1024,
    CHANGED_US = 200000,      /* between two tellings of changed leads: readers merge for that long anyway */
    ENTRIES = 4096,
    RING_BYTES = 8 * 1024 * 1024,
    EVENT_BYTES = 32 * 1024,
    OUT_BYTES = EVENT_BYTES + 256,
    BEAT_US = 15000000,
    LOOK_US = 250000
};

#define EVERY_LANG ((1u << LANG_COUNT) - 1)

struct entry {
    int64_t seq;
    const char *event;
    unsigned langs;      /* bits of enum lang: who reads it. What has words is there once in each language that is read */
    struct user_id user, before;
    bool for_all;
    size_t from, len; /* in the ring's bytes */
};

struct stream {
    struct stream *next, *prev;
    struct http_request *rq;
    struct live *live;
    struct actor actor;
    enum lang lang;
    uint8_t token[32];
    bool session, asleep, dead, greeted, reset, beat;
    int64_t at;          /* the next event to send */
    char out[OUT_BYTES];
    size_t out_at, out_len;
};

/* Leads that changed, each once; more than fit are told by `stale`. */
struct changed {
    struct message items[CHANGED_MAX];
    uint16_t slots[CHANGED_SLOTS]; /* place in items + 1, by lead */
    size_t count;
    bool stale;
};
void live_changed_add(struct changed *w, const struct message *m);
/* The first n have been told. */
void live_changed_drop(struct changed *w, size_t n);

struct live_wire;

struct live {
    struct arena *arena;
    struct live_wire *wire; /* to the other programs on this database; NULL: there can be none */
    const struct house *house;
    const struct live_kind *kinds;
    pthread_mutex_t lock; /* everything below */
    pthread_cond_t come;
    pthread_t thread;
    bool stopping;
    bool lost;            /* messages that people wait for: the inbox was full */
    bool stale;           /* changed leads */
    bool urgent;          /* something in the inbox that people wait for */
    struct message inbox[INBOX];
    size_t inbox_first, inbox_count;
    struct entry entries[ENTRIES];
    int64_t first, next;  /* numbers of the events that the ring still has */
    char *bytes;
    size_t write_at;
    uint64_t boot;        /* so that an id of an earlier run is not taken for one of this */
    struct stream *first_stream;
    int64_t stream_count;
    unsigned langs;       /* bits of enum lang: those that streams have been read in since the start */
    int64_t left_us;      /* when the last stream ended */
};

/* The lock is held by the caller. */
void live_ring_add(struct live *l, const struct entry *what, struct str json);
/* The stream's language. What was told before anybody read in it is not there in it: the stream is reset where it has such events before it. */
void live_set_lang(struct stream *s, enum lang lang);
void live_wake(struct stream *s);
void live_wake_all(struct live *l);
/* The lock is not held: messages that were published here, or heard. stale, lost: more than could be told. */
void live_put(struct live *l, const struct message *items, size_t count);
void live_put_unknown(struct live *l, bool lost);
/* The same event, from wherever. name lives for ever. */
void live_put_event(struct live *l, const char *name, struct user_id user, struct str json);
/* live_wire.c: opened and closed with the streams. say: what was published here goes to the others. */
NODISCARD enum err live_wire_open(struct ctx *c, struct live *l);
void live_wire_close(struct live *l);
void live_wire_say(struct live *l, const struct messages *messages);
void live_wire_say_event(struct live *l, const char *name, struct user_id user, struct str json);
/* Its thread. */
void *live_work(void *live);

#endif
