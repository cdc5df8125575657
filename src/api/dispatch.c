/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From a request to its handler: match, guard, transaction, call. The only file that knows in which order. */
#include "api/inner.h"

#include "api/assets.h"
#include "base/limits.h"
#include "net/url.h"
#include "sys/clock.h"
#include "sys/crypto.h"

#define API_BASE "/api/v1"

enum { SMALL_BODY_BYTES = 64 * 1024 };

/* ---- match ------------------------------------------------------------------------------------------------------- */

/* The path as the rows of a door have it: those of the API without what all of them begin with; nothing for what is no path of the door. */
static struct str door_path(enum door door, struct str path)
{
    if (door != DOOR_API)
        return path;
    return str_starts(path, STR(API_BASE "/")) ? str_sub(path, sizeof API_BASE - 1, path.len) : STR_NULL;
}

/* The first characters of a text, up to `end` or as many as a word holds: one comparison rules out nearly all of the rows. */
static struct path_head head_of(struct str text, char end)
{
    struct path_head head = { 0 };
    size_t n = 0;

    while (n < sizeof head.text && n < text.len && text.ptr[n] != end)
        n++;
    if (n > 0)
        memcpy(&head.text, text.ptr, n);
    memset(&head.mask, 0xff, n);
    return head;
}

/* Segment by segment; {name} takes any that is not empty. */
static bool path_fits(const char *pattern, struct str path, struct str params[ENDPOINT_PARAMS])
{
    struct str want_rest = str_of(pattern), rest = path, want, piece;
    int n = 0;

    while (str_next(&want_rest, '/', &want)) {
        if (!str_next(&rest, '/', &piece))
            return false;
        if (want.len > 0 && want.ptr[0] == '{') {
            if (piece.len == 0 || n == ENDPOINT_PARAMS)
                return false;
            params[n++] = piece;
        } else if (!str_eq(want, piece)) {
            return false;
        }
    }
    return str_is_null(rest);
}

/* The row for method and path. *others: methods that the path has, one bit each. */
static const struct endpoint *match(const struct api *api, const struct http_request *rq,
                                    struct str params[ENDPOINT_PARAMS], unsigned *others)
{
    const struct str paths[] = { [DOOR_API] = door_path(DOOR_API, rq->path), [DOOR_EVENTS] = rq->path, [DOOR_BARE] = rq->path };
    const uint64_t heads[] = { [DOOR_API] = head_of(paths[DOOR_API], 0).text, [DOOR_EVENTS] = head_of(rq->path, 0).text,
                               [DOOR_BARE] = head_of(rq->path, 0).text };
    const struct endpoint *hit = NULL;
    enum http_method method = rq->method == HEAD ? GET : rq->method;

    *others = 0;
    for (size_t i = 0; i < api->table_count; i++) {
        const struct endpoint *row = &api->table[i];

        if ((heads[row->door] & api->heads[i].mask) != api->heads[i].text)
            continue;
        struct str found[ENDPOINT_PARAMS] = { { 0 } };
        if (!path_fits(row->path, paths[row->door], found))
            continue;
        *others |= 1u << row->method;
        if (row->method == method && !hit) {
            hit = row;
            memcpy(params, found, sizeof found);
        }
    }
    return hit;
}

/* A path of the door that no row has for this method: which door's manners apply. */
static const struct endpoint *any_row(const struct api *api, const struct http_request *rq)
{
    for (size_t i = 0; i < api->table_count; i++) {
        struct str found[ENDPOINT_PARAMS];

        if (path_fits(api->table[i].path, door_path(api->table[i].door, rq->path), found))
            return &api->table[i];
    }
    return NULL;
}

static void say_allow(struct call *call, unsigned methods)
{
    static const struct {
        enum http_method method;
        const char *name;
    } names[] = { { GET, "GET, HEAD" }, { POST, "POST" }, { PUT, "PUT" }, { PATCH, "PATCH" }, { DELETE, "DELETE" } };
    struct buf b = buf_new(call->ctx.arena, 200);

    for (size_t i = 0; i < countof(names); i++)
        if (methods & (1u << names[i].method))
            buf_print(&b, "%s, ", names[i].name);
    buf_add(&b, STR("OPTIONS"));
    reply_header(call, "Allow", buf_str(&b));
}

/* ---- around the handler -------------------------------------------------------------------------------------------- */

enum err call_run(struct call *call)
{
    bool answered = false;
    enum err e = idem_before(call, &answered);

    if (e || answered)
        return e;
    e = call->endpoint->handler(call);
    return e ? e : idem_after(call);
}

void call_rewind(struct call *call)
{
    fault_clear(&call->ctx);
    call->messages = (struct messages){ .arena = call->ctx.arena };
    call->status = 0;
    call->reply_body = STR_NULL;
    call->reply_type = NULL;
    call->reply_header_count = 0;
    call->reply_stream = NULL;
    call->reply_file = NULL;
    call->actors_changed = false;
}

static void run_here(struct call *call)
{
    enum err e = call_run(call);

    if (call->tx)
        db_drop(call->tx);
    call->tx = NULL;
    call_finish(call, e);
}

static void queue(struct call *call, struct lane *lane, enum err when_full)
{
    if (!lane_put(lane, call))
        call_finish(call, when_full);
}

/* A snapshot for somebody who waits: not for ever. */
static enum err read_begin(struct call *call)
{
    enum err e = db_read(&call->ctx, call->house->db, &call->tx);

    if (!e && (e = db_limit(&call->ctx, call->tx, call->house->api->conf.read_us)) != ERR_NONE) {
        db_drop(call->tx);
        call->tx = NULL;
    }
    return e;
}

void call_go(struct call *call)
{
    struct api *api = call->house->api;
    enum err e = call->endpoint->prepare ? call->endpoint->prepare(call) : ERR_NONE;

    if (e == ERR_NONE)
        e = guard_events(call);
    if (e) {
        call_finish(call, e);
    } else if (call->endpoint->tx == TX_WRITE) {
        if (call->endpoint->on != ON_HASH)
            http_defer(call->request);
        queue(call, &api->writes, call->endpoint->door == DOOR_EVENTS && !atomic_load(&api->stopping) ? ERR_SLOW_DOWN : ERR_AWAY);
    } else {
        e = call->endpoint->tx == TX_READ && !call->tx ? read_begin(call) : ERR_NONE;
        if (e)
            call_finish(call, e);
        else
            run_here(call);
    }
}

static enum err check_query(struct call *call)
{
    struct str rest = call->request->query, name, value;
    uint64_t seen = 0;
    int got;

    if (call->endpoint->door != DOOR_API)
        return ERR_NONE;
    while ((got = url_next_pair(call->ctx.arena, &rest, &name, &value)) > 0) {
        int i = call->endpoint->query ? field_index(call->endpoint->query, name) : -1;

        if (i < 0)
            (void)fault_at(&call->ctx, ERR_UNKNOWN_FIELD, name, "no such parameter");
        else if (seen & ((uint64_t)1 << i))
            (void)fault_at(&call->ctx, ERR_DUPLICATE_KEY, name, "a parameter is given once");
        else
            seen |= (uint64_t)1 << i;
    }
    if (got < 0)
        return fault_set(&call->ctx, ERR_BAD_REQUEST, "the query cannot be decoded");
    return call->ctx.fault.count ? ERR_BAD_QUERY : ERR_NONE;
}

static enum err check_body(struct call *call)
{
    const struct endpoint *row = call->endpoint;
    struct str type = http_header_find(call->request, STR("content-type"));

    if (row->door != DOOR_API || row->file || (!row->body && !row->free_body) || call->request->body.len == 0)
        return ERR_NONE;
    type = str_trim(str_sub(type, 0, str_find_char(type, ';') < 0 ? type.len : (size_t)str_find_char(type, ';')));
    if (str_eq_nocase(type, STR("application/json")) || str_eq_nocase(type, STR("application/merge-patch+json")))
        return ERR_NONE;
    return fault_set(&call->ctx, ERR_BAD_TYPE, "the body is to be application/json");
}

static bool is_long(const struct call *call)
{
    const struct endpoint *row = call->endpoint;

    return row->tx != TX_WRITE && (row->on == ON_LONG || (row->heavy && row->heavy(call)));
}

/* Everything up to the handler that may refuse the call. Opens the snapshot of a reading call, so that the guard can use it. */
static enum err admit(struct call *call)
{
    const struct endpoint *row = call->endpoint;
    enum err e = ERR_NONE;

    if (row->tx == TX_READ && !is_long(call))
        e = read_begin(call);
    call->ctx.now = clock_now(); /* nothing in the snapshot is later */
    if (e == ERR_NONE)
        e = guard_call(call);
    if (e == ERR_NONE)
        e = check_query(call);
    if (e == ERR_NONE)
        e = check_body(call);
    if (e && call->tx) {
        db_drop(call->tx);
        call->tx = NULL;
    }
    return e;
}

static void start(struct call *call)
{
    struct api *api = call->house->api;
    const struct endpoint *row = call->endpoint;
    enum err e = admit(call);

    if (e) {
        call_finish(call, e);
    } else if (row->on == ON_HASH) {
        http_defer(call->request);
        queue(call, &api->hashes, ERR_SLOW_DOWN);
    } else if (is_long(call)) {
        http_defer(call->request);
        queue(call, &api->reads, ERR_SLOW_DOWN);
    } else {
        call_go(call);
    }
}

/* ---- the door ------------------------------------------------------------------------------------------------------ */

static bool host_is_ours(const struct call *call)
{
    struct str ours = url_authority(call->house->public_url), host = http_header_find(call->request, STR("host"));

    if (str_is_null(ours) || (call->endpoint && call->endpoint->door == DOOR_BARE)) /* those who watch us call by number */
        return true;
    return str_eq_nocase(ours, host) || str_starts(host, STR("127.0.0.1:")) || str_starts(host, STR("localhost:"));
}

static enum err trouble_err(struct call *call)
{
    static const enum err errs[] = {
        [HTTP_FINE] = ERR_NONE,           [HTTP_BAD_HEAD] = ERR_BAD_REQUEST, [HTTP_BAD_CODING] = ERR_BAD_CODING,
        [HTTP_BODY_LARGE] = ERR_TOO_LARGE, [HTTP_BODY_TYPE] = ERR_BAD_TYPE,   [HTTP_BODY_BROKEN] = ERR_BAD_REQUEST,
        [HTTP_LONG_TARGET] = ERR_LONG_TARGET, [HTTP_LONG_HEAD] = ERR_LONG_HEAD,
    };
    const struct http_request *rq = call->request;
    enum err e = errs[rq->trouble];

    if (rq->trouble == HTTP_BODY_LARGE && !rq->why)
        return fault_set(&call->ctx, e, "a body of more than %lld bytes, or %lld unpacked", (long long)rq->max_bytes,
                         (long long)rq->max_inflated);
    return rq->why ? fault_set(&call->ctx, e, "%s", rq->why) : e;
}

static void request_id_print(struct api *api, struct call *call)
{
    int64_t n = atomic_fetch_add(&api->last_request, 1);
    char text[ID_TEXT_MAX];

    call->request_id = str_dup(call->ctx.arena, id_print("rq", (int64_t)((api->boot + (uint64_t)n) & INT64_MAX), text));
}

static void limits_set(struct http_request *rq, const struct endpoint *row)
{
    bool reads = row && (row->body || row->free_body || row->file || row->door == DOOR_EVENTS);

    rq->max_bytes = rq->max_inflated = SMALL_BODY_BYTES;
    if (reads) {
        rq->max_bytes = LIMIT_BODY_BYTES;
        rq->max_inflated = LIMIT_INFLATED_BYTES;
    }
    if (row && row->file) {
        rq->max_bytes = rq->max_inflated = LIMIT_FILE_BYTES;
        rq->spool = true;
    }
}

/* All of it but the faults' texts is cleared: they are ten thousand bytes that hardly any call writes, and none reads that it has not written. */
static struct call *call_new(struct api *api, struct arena *a)
{
    struct call *call = arena_alloc(a, sizeof *call);

    memset(call, 0, offsetof(struct call, ctx.fault));
    call->ctx.fault.count = 0;
    memset(&call->tx, 0, sizeof *call - offsetof(struct call, tx));
    call->ctx.arena = a;
    call->ctx.now = clock_now();
    call->ctx.lang = api->house->lang;
    call->house = api->house;
    return call;
}

static bool on_head(void *self, struct http_request *rq)
{
    struct api *api = self;
    struct call *call = rq->own = call_new(api, rq->arena);
    unsigned others;
    enum err e;

    call->request = rq;
    call->messages.arena = rq->arena;
    request_id_print(api, call);
    guard_lang(call);
    if (rq->trouble == HTTP_FINE)
        call->endpoint = match(api, rq, call->params, &others);
    limits_set(rq, call->endpoint);
    if (rq->trouble != HTTP_FINE || !rq->spool)
        return true;
    e = guard_call(call); /* a large file is not taken from a stranger */
    if (e)
        call_finish(call, e);
    return e == ERR_NONE;
}

static void no_endpoint(struct api *api, struct call *call)
{
    struct http_request *rq = call->request;
    unsigned others;

    (void)match(api, rq, call->params, &others);
    if (rq->method == HTTP_UNKNOWN) {
        call_finish(call, ERR_BAD_CODING);
    } else if (others == 0 && !str_starts(rq->path, STR("/api/")) && (rq->method == GET || rq->method == HEAD)) {
        assets_answer(call);
    } else if (others == 0 && (rq->method == GET || rq->method == HEAD || str_starts(rq->path, STR("/api/")))) {
        call_finish(call, ERR_NOT_FOUND);
    } else {
        say_allow(call, others ? others : 1u << GET);
        if (any_row(api, rq) && any_row(api, rq)->door == DOOR_EVENTS)
            cors_headers(call);
        if (rq->method == OPTIONS)
            call_finish(call, reply_none(call));
        else
            call_finish(call, ERR_BAD_METHOD);
    }
}

static void on_whole(void *self, struct http_request *rq)
{
    struct api *api = self;
    struct call *call = rq->own;

    call->reply_close = rq->trouble != HTTP_FINE;
    if (rq->trouble != HTTP_FINE)
        call_finish(call, trouble_err(call));
    else if (atomic_load(&api->stopping))
        call_finish(call, ERR_AWAY);
    else if (!host_is_ours(call))
        call_finish(call, ERR_WRONG_HOST);
    else if (!call->endpoint)
        no_endpoint(api, call);
    else
        start(call);
}

/* ---- open and close ------------------------------------------------------------------------------------------------ */

enum err api_open(struct ctx *c, const struct endpoint *table, const struct house *house, const struct api_conf *conf,
                  const uint8_t secret[32], struct api **api)
{
    struct arena *a = arena_new(0);
    struct api *p = ARENA_NEW(a, struct api);
    struct path_head *heads;

    (void)c;
    p->arena = a;
    p->house = house;
    p->conf = *conf;
    p->table = table;
    while (table[p->table_count].path)
        p->table_count++;
    p->heads = heads = ARENA_ARRAY(a, struct path_head, p->table_count + 1);
    for (size_t i = 0; i < p->table_count; i++)
        heads[i] = head_of(str_of(table[i].path), '{');
    p->figures = ARENA_ARRAY(a, struct endpoint_figures, p->table_count + 1);
    crypto_random(&p->boot, sizeof p->boot);
    memcpy(p->secret, secret, sizeof p->secret);
    pthread_mutex_init(&p->actor_lock, NULL);
    pthread_mutex_init(&p->rate_lock, NULL);
    pthread_mutex_init(&p->export_lock, NULL);
    p->writes.in_turn = db_kind_of(p->house->db) == DB_SQLITE;
    lane_open(&p->writes, p, (int)conf->writers, conf->group_calls, conf->queue_calls, run_writes);
    lane_open(&p->hashes, p, 2, 1, 32, run_hashes);
    lane_open(&p->reads, p, 2, 1, 64, run_reads);
    *api = p;
    return ERR_NONE;
}

struct http_door api_door(struct api *api)
{
    return (struct http_door){ .self = api, .head = on_head, .whole = on_whole };
}

void api_set_server(struct api *api, const struct http_server *server)
{
    api->server = server;
}

void api_stop(struct api *api)
{
    atomic_store(&api->stopping, true);
    lane_close(&api->hashes); /* may still put calls to the writers */
    lane_close(&api->writes);
    lane_close(&api->reads);
}

void api_free(struct api *api)
{
    pthread_mutex_destroy(&api->actor_lock);
    pthread_mutex_destroy(&api->rate_lock);
    pthread_mutex_destroy(&api->export_lock);
    arena_free(api->arena);
}
