/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* endpoint.h - one row an endpoint, one call a request: what every handler of the API is written against.
 *
 * A row of endpoints.c says all that is to be known from outside: method, path, who may, which transaction, what is read and what is
 * answered. dispatch.c matches it, asks the guard, opens the transaction, calls the handler, commits or drops, replies, logs. So a handler is
 * thin: decode, one call into a room or the hall, encode. It never commits and has nothing to clean up.
 *
 *   enum err lead_create(struct call *call)
 *   {
 *       struct lead_draft draft = { 0 };
 *       struct lead lead;
 *       enum err e = body_read(call, &draft, NULL);           // by the row's own table; every fault is noted
 *
 *       if (e)
 *           return e;
 *       e = flow_lead_create(&call->ctx, call->tx, &draft, &lead, &call->messages);
 *       if (e)
 *           return e;                                         // becomes problem+json; the transaction is dropped
 *       reply_etag(call, lead.version);
 *       return reply_made(call, &lead);                       // 201, by the row's reply table
 *   }
 *
 *   { POST, "/leads", lead_create, RIGHT_LEAD_EDIT, TX_WRITE, .body = lead_draft_fields, .reply = lead_fields,
 *     .help = "Add a lead by hand" },
 *
 *   enum err lead_get_one(struct call *call)                  // GET /leads/{id}
 *   {
 *       struct lead_id id;
 *       enum err e = param_id(call, "id", PREFIX_LEAD, &id.v);  // what is no id is not found
 *       ...
 *       if (!team_may_see(&call->ctx.actor, lead.owner))
 *           return ERR_NOT_FOUND;
 *       return reply_ok(call, &lead);
 *   }
 *
 *   A list: .query = lead_list_query, .reply = lead_fields, .shape = REPLY_LIST; the struct of the query begins with
 *   `struct page_query page` and its table with PAGE_FIELDS(struct lead_list_query). page_read() gives the limit and the place to go on
 *   from; the handler asks its store for limit + 1 rows and ends with reply_list(call, rows, count, next, total).
 *
 * Threads. TX_READ and TX_NONE run in the HTTP server's own threads (ON_LONG: in a thread for long reads). TX_WRITE runs in a
 * writer together with others that wait: a savepoint each, one commit, then all replies; ERR_BUSY is tried again by the writer. `prepare`, if a
 * row has one, runs before, outside any transaction: what needs no database (parsing a large body) does not hold up the writer;
 * what hashes a password must be there, with ON_HASH. What it finds goes to call->prepared.
 *
 * What screens must be told goes into call->messages (noun/change.h): it leaves after the commit, and not at all without one.
 *
 * Each row must have a case in tests/api: an endpoint without one fails the test run.
 */
#ifndef API_ENDPOINT_H
#define API_ENDPOINT_H

#include "base/field.h"
#include "db/db.h"
#include "net/client.h"
#include "net/http_server.h"
#include "noun/change.h"
#include "team/right.h"

struct flow;
struct live;
struct api;
struct call;

enum tx_mode { TX_NONE, TX_READ, TX_WRITE };
enum reply_shape { REPLY_ONE, REPLY_LIST, REPLY_EMPTY, REPLY_FREE };
/* DOOR_API: under /api/v1, problem+json, sessions and API keys. DOOR_EVENTS: the path as it stands, write keys, CORS, own faults are
 * 429 or 503. DOOR_BARE: the path as it stands, nobody is asked. */
enum door { DOOR_API, DOOR_EVENTS, DOOR_BARE };
enum run_on { ON_ANY, ON_HASH, ON_LONG };

enum { ENDPOINT_PARAMS = 3 };

struct endpoint {
    enum http_method method;
    const char *path;            /* "/leads/{id}" */
    enum err (*handler)(struct call *call);
    enum right right;
    enum tx_mode tx;
    const struct field *body;    /* NULL: none, or free */
    const struct field *reply;   /* of one item when shape is REPLY_LIST */
    const struct field *query;
    enum reply_shape shape;
    enum door door;
    enum run_on on;
    enum err (*prepare)(struct call *call);
    /* ON_ANY: may this call's reading take long? Then it goes with those that are ON_LONG, so that the server's own threads stay free. */
    bool (*heavy)(const struct call *call);
    bool file;                   /* the body is a file: up to LIMIT_FILE_BYTES, mapped, any content type */
    bool free_body;              /* JSON that the handler reads by body_json */
    bool made;                   /* answers 201 */
    bool small;                  /* writes little, and also while the disk is full: without it nobody could see that it is */
    /* Turns a failure into an answer: for pixels, which are a picture whatever happens. */
    enum err (*rescue)(struct call *call, enum err e);
    /* The handler for several calls of one actor that wait at once, all with the tx of calls[0]: what it fetches and writes, it fetches and
     * writes once. own[i]: a call that is refused and has written nothing. What it returns is of all: then nothing of any has happened, and
     * each is run alone by `handler`. */
    enum err (*many)(struct call **calls, size_t n, enum err *own);
    const char *help;
};

/* What doors may reach. Made by app/serve.c, the same for all calls. */
struct house {
    struct db *db;
    struct flow *flow;           /* the hall: live model and other snapshots */
    struct live *live;
    struct api *api;
    struct client *post;         /* whoever carries letters out of the house: woken when one waits */
    struct str public_url;       /* "https://crm.example.org", or empty */
    struct str version;
    enum lang lang;
    bool secure_cookies, test_clock, plain_hooks;
};

struct call {
    struct ctx ctx;
    struct db_tx *tx;            /* as the row says; NULL for TX_NONE and in prepare */
    const struct house *house;
    const struct endpoint *endpoint;
    struct http_request *request;
    struct str params[ENDPOINT_PARAMS];
    struct messages messages;
    void *prepared;
    int64_t session;             /* key of the session row; 0 for keys and strangers */
    struct str csrf;             /* of that session */
    instant paid_until;          /* of that key's calls, as it was kept (rate.h) */
    uint8_t token[32];           /* SHA-256 of what named the caller */
    struct str request_id;
    /* The reply, as far as it is known. */
    int status;
    struct str reply_body;
    const char *reply_type;
    struct http_header reply_headers[24];
    size_t reply_header_count;
    const struct http_stream *reply_stream;
    const struct http_file *reply_file;
    struct export *export;       /* a table that was begun (export.h) */
    bool reply_close;
    bool reply_held;             /* the answer is given, and goes when others do (http_go) */
    bool actors_changed;         /* set by handlers: users, sessions or keys will be others after the commit */
    struct call *next;           /* in a queue */
    instant queued;
};

/* The row's {name}: an id with that prefix, or ERR_NOT_FOUND. */
NODISCARD enum err param_id(struct call *call, const char *name, const char *prefix, int64_t *id);
struct str param_text(struct call *call, const char *name);

/* The body by the row's table into a struct that the caller has cleared. set (NULL allowed): one bit a field that the text held, for
 * PATCH. Strict: ERR_UNKNOWN_FIELD, ERR_BAD_FIELD, ..., each noted with its pointer. */
NODISCARD enum err body_read(struct call *call, void *to, uint64_t *set);
/* The body as a tree: for rows with free_body. ERR_BAD_JSON and others; an empty body is ERR_BAD_JSON. */
NODISCARD enum err body_json(struct call *call, struct json **value);

/* The query by the row's table. What is absent stays as the caller made it. ERR_BAD_QUERY with every parameter noted. Unknown parameters were
 * refused before the call. */
NODISCARD enum err query_read(struct call *call, void *to);
/* ERR_BAD_QUERY for a parameter that is none of its words (NULL-terminated), which the note names. */
NODISCARD enum err query_word_bad(struct call *call, const char *name, const char *const *words);
/* query_read of a query that is kept (a saved view's), by the table of the list it is for. */
NODISCARD enum err query_read_text(struct call *call, const struct field *table, struct str query, void *to);

struct page_query {
    struct str cursor;
    int64_t limit;
};
#define PAGE_FIELDS(type)                                                                          \
    { .name = "cursor", .kind = FIELD_TEXT, .offset = offsetof(type, page.cursor), .max = 2000,     \
      .help = "where the page before ended: its `next`" },                                          \
    {                                                                                               \
        .name = "limit", .kind = FIELD_INT, .offset = offsetof(type, page.limit), .min = 1,         \
        .max = LIMIT_PAGE_ITEMS, .help = "items a page, 50 unless said"                             \
    }
/* A place in a sorted list: the last row's sort value (number or text) and id. */
struct cursor {
    bool stands;                 /* false: from the beginning */
    unsigned char order;         /* how the list is sorted, in its own numbers; 0 where there is one way alone */
    int64_t key;
    struct str text;
    int64_t id;
};
/* limit (50 unless said) and where to go on. ERR_BAD_QUERY for a cursor that this endpoint never gave. */
NODISCARD enum err page_read(struct call *call, const struct page_query *page, int64_t *limit,
                             struct cursor *after);
struct str cursor_print(struct call *call, const struct cursor *at);
/* ERR_BAD_QUERY when it stands in another order than the one that is asked for now: its value means nothing there. */
NODISCARD enum err cursor_fits(struct call *call, const struct cursor *at, int order);

/* The largest reply, and room for the JSON of one FIELD_RAW of it: what is cut short in a part is past what the whole may be, so that nobody is
 * sent half a value. */
enum { REPLY_BYTES = 64 * 1024 * 1024, REPLY_PART_BYTES = 2 * REPLY_BYTES };

/* 200 and 201 by the row's reply table; 204. The value is written at once. */
NODISCARD enum err reply_ok(struct call *call, const void *value);
NODISCARD enum err reply_made(struct call *call, const void *value);
NODISCARD enum err reply_none(struct call *call);
/* {items, next, total}. items: an array of structs of item_size. next: cursor_print, or STR_NULL at the end. total: -1 when not
 * counted. */
NODISCARD enum err reply_list(struct call *call, const void *items, size_t count, size_t item_size,
                              struct str next, int64_t total);
/* The same where counting stops at some number: at_least says so. */
struct list_total {
    int64_t count;
    bool at_least;
};
NODISCARD enum err reply_list_counted(struct call *call, const void *items, size_t count, size_t item_size, struct str next,
                                      struct list_total total);
/* JSON written by hand: begin, write into *o, then reply_json. */
struct json_out reply_begin(struct call *call, struct buf *buf);
NODISCARD enum err reply_json(struct call *call, int status, const struct buf *buf);
/* Anything else. The bytes live in call->ctx.arena or for ever. */
NODISCARD enum err reply_bytes(struct call *call, int status, const char *type, struct str bytes);
NODISCARD enum err reply_stream(struct call *call, const char *type, const struct http_stream *stream);
/* A file, whose descriptor is the reply's from now on. */
NODISCARD enum err reply_file(struct call *call, const char *type, const struct http_file *file);
/* What the call's fault says so far, as the `errors` of a problem: a JSON list, each pointer with `at` before it. */
struct str problem_items(struct call *call, struct str at);
void reply_header(struct call *call, const char *name, struct str value);

/* ETag of a row's version; a GET whose If-None-Match has it becomes 304. */
void reply_etag(struct call *call, int64_t version);
/* ERR_STALE when If-Match is there and is not this version. */
NODISCARD enum err match_version(struct call *call, int64_t version);

/* For prepare of DOOR_EVENTS: the write key that the body holds. Does nothing when the header had one. ERR_SIGN_IN: unknown. After prepare, a
 * ?writeKey= is tried by itself, and a call without any is ERR_SIGN_IN. */
NODISCARD enum err write_key_use(struct call *call, struct str key);

/* The user who calls; 0 for a key. */
static inline struct user_id call_user(const struct call *call)
{
    return (struct user_id){ call->ctx.actor.kind == ACTOR_USER ? call->ctx.actor.id : 0 };
}

/* The one table, ended by a row without a path; app/ hands it to api_open(). */
extern const struct endpoint endpoints[];

#endif
