/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The server: the house from the ground up, and down again in reverse. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include "api/api.h"
#include "api/live.h"
#include "app/command.h"
#include "flow/flow.h"
#include "job/post.h"
#include "job/slow.h"
#include "net/address.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "team/key.h"
#include "team/setting.h"

/* Everything that is alive while the server runs. Known here only. */
struct app {
    struct front *front;
    struct house house;
    struct flow flow;
    struct api *api;
    struct live *live;
    struct http_server *http;
    struct jobs *jobs;
    struct post *post;
    struct slow_jobs *slow;
};

static void on_messages(void *self, const struct messages *messages)
{
    live_publish(((struct app *)self)->live, messages);
}

static void on_posted(void *self)
{
    client_wake(((struct app *)self)->house.post);
}

static void on_tell(void *self, const char *event, struct user_id user, struct str json)
{
    live_tell(((struct app *)self)->live, event, user, json);
}

static size_t on_used_keys(void *self, struct key_use *keys, size_t max)
{
    return api_take_used_keys(((struct app *)self)->api, keys, max);
}

const char *serve_version(void)
{
    return GRADUS_VERSION;
}

/* What every start makes sure of, once: the house's secret, a model. A database that is damaged, or has no room for even
 * so little, has them, or there is no start. */
static enum err prepare_data(struct front *front, uint8_t secret[32])
{
    struct db_tx *tx;
    bool damaged = db_trouble_of(front->db) == DB_DAMAGED;
    enum err e = damaged ? db_read(&front->ctx, front->db, &tx) : db_write_small(&front->ctx, front->db, &tx);

    if (e && db_trouble_of(front->db) == DB_FULL) {
        fault_clear(&front->ctx);
        e = db_read(&front->ctx, front->db, &tx);
    }
    if (e)
        return e;
    e = team_setting_secret(&front->ctx, tx, secret);
    if (e == ERR_NONE)
        e = flow_model_start(&front->ctx, tx);
    if (e) {
        db_drop(tx);
        return e;
    }
    return db_commit(&front->ctx, tx);
}

static void raise_file_limit(void)
{
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
        r.rlim_cur = r.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &r);
    }
}

static int64_t thread_count(const struct config *conf)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (conf->threads)
        return conf->threads;
    return cores < 1 ? 2 : cores * 2;
}

static void house_set(struct app *app)
{
    const struct config *conf = &app->front->config;

    app->house = (struct house){
        .db = app->front->db,
        .flow = &app->flow,
        .public_url = conf->public_url,
        .version = str_of(serve_version()),
        .lang = str_eq(conf->lang, STR("en")) ? LANG_EN : LANG_RU,
        .secure_cookies = conf->tls_cert.len > 0 || str_starts(conf->public_url, STR("https://")),
        .test_clock = conf->test_clock,
        .plain_hooks = conf->plain_hooks,
    };
}

static enum err open_doors(struct app *app, const uint8_t secret[32])
{
    struct ctx *c = &app->front->ctx;
    const struct config *conf = &app->front->config;
    bool sqlite = db_kind_of(app->front->db) == DB_SQLITE;
    struct api_conf api = { .writers = sqlite ? 2 : conf->writers,
                            .group_calls = conf->group_calls,
                            .queue_calls = conf->queue_calls,
                            .public_events = conf->public_events,
                            .key_calls = conf->key_calls,
                            .read_us = conf->read_ms * 1000,
                            .trusted_proxy = conf->trusted_proxy };
    struct http_conf http = { .listen = conf->listen,
                              .tls_cert = conf->tls_cert,
                              .tls_key = conf->tls_key,
                              .spool_dir = conf->data,
                              .threads = thread_count(conf),
                              .max_connections = conf->max_connections,
                              .head_deadline_us = conf->head_seconds * SECOND_US,
                              .body_deadline_us = conf->body_seconds * SECOND_US,
                              .idle_us = conf->idle_seconds * SECOND_US };
    struct http_door door;
    enum err e = api_open(c, endpoints, &app->house, &api, secret, &app->api);

    if (e)
        return e;
    app->house.api = app->api; /* before the thread of the streams, which asks it */
    e = live_open(c, &app->house, live_kinds, &app->live);
    if (e)
        return e;
    app->house.live = app->live;
    door = api_door(app->api);
    e = http_open(c, &http, &door, &app->http);
    if (e == ERR_NONE)
        api_set_server(app->api, app->http);
    return e;
}

/* Two servers on one SQLite file would each hold snapshots that the other makes old. Commands beside a server are welcome. The lock is the
 * process's, so none is left behind by a kill. */
enum err serve_be_alone(struct front *front)
{
    const char *path = str_cz(front->ctx.arena, str_print(front->ctx.arena, STR_FMT "/serve.lock", STR_ARG(front->config.data)));
    int fd;

    if (front->config.database.len > 0)
        return ERR_NONE;
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fault_set(&front->ctx, ERR_AWAY, "%s: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return ERR_NONE;
    close(fd);
    return fault_set(&front->ctx, ERR_CONFLICT, "another server runs on the data in " STR_FMT, STR_ARG(front->config.data));
}

static void warn_of_the_open(struct front *front)
{
    const struct config *conf = &front->config;

    if (conf->tls_cert.len == 0 && conf->trusted_proxy.len == 0 && !str_starts(conf->public_url, STR("https://")) &&
        address_place_of_listen(conf->listen) == ADDRESS_FAR)
        log_warn(&front->ctx, "server.in_the_clear", LOG_STR("listen", conf->listen));
}

/* Before the doors, whose writers wake it. */
static enum err start_post(struct app *app, const struct job_ear *ear)
{
    const struct config *conf = &app->front->config;
    struct post_conf post = { .public_url = conf->public_url, .telegram_api = conf->telegram_api, .plain_hooks = conf->plain_hooks };
    struct client_conf wires = { .networks = conf->allow_networks, .public_url = conf->public_url, .tls_trust = conf->tls_trust };
    enum err e = job_post_start(&app->front->ctx, &post, &wires, app->front->db, &app->flow, ear, &app->post);

    if (!e)
        app->house.post = job_post_client(app->post);
    return e;
}

static enum err start(struct app *app)
{
    struct job_ear ear = { app, on_messages, on_posted, on_tell, on_used_keys };
    uint8_t secret[32];
    char region[3] = { 'R', 'U', 0 };
    enum err e = serve_be_alone(app->front);

    if (!e)
        e = prepare_data(app->front, secret);
    if (e)
        return e;
    warn_of_the_open(app->front);
    if (app->front->config.phone_region.len == 2)
        memcpy(region, app->front->config.phone_region.ptr, 2);
    flow_init(&app->flow, region);
    house_set(app);
    e = start_post(app, &ear);
    if (!e)
        e = open_doors(app, secret);
    if (!e)
        e = job_start(&app->front->ctx, job_table, app->front->db, &app->flow, &ear, &app->jobs);
    return e ? e : job_slow_start(&app->front->ctx, job_slow_table, app->front->db, &app->flow, &ear, &app->slow);
}

/* What the keys' calls have used up, so that the next start goes on from there. A failure forgives them: no reason not to end. */
static void put_used_keys(struct app *app)
{
    struct ctx c = { .arena = arena_new(0), .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } };
    struct key_use uses[64];
    size_t count = api_take_used_keys(app->api, uses, countof(uses));
    struct db_tx *tx;

    if (count > 0 && db_write(&c, app->front->db, &tx) == ERR_NONE) {
        enum err e = ERR_NONE;

        for (size_t i = 0; i < count && !e; i++)
            e = team_key_set_used(&c, tx, uses[i]);
        if (e)
            db_drop(tx);
        else
            (void)!db_commit(&c, tx);
    }
    arena_free(c.arena);
}

static void stop(struct app *app)
{
    if (app->http)
        http_quiesce(app->http);
    if (app->jobs)
        job_stop(app->jobs);
    if (app->slow)
        job_slow_stop(app->slow);
    if (app->api) {
        api_stop(app->api);
        put_used_keys(app);
    }
    if (app->post)
        job_post_stop(app->post);
    if (app->live)
        live_close(app->live);
    if (app->http)
        http_close(app->http);
    if (app->api)
        api_free(app->api);
    if (app->live)
        live_free(app->live);
    flow_free(&app->flow);
}

int run_serve(struct front *front, struct args *args)
{
    struct app *app = ARENA_NEW(front->ctx.arena, struct app);
    sigset_t signals;
    int got;
    enum err e;

    if (args->count > 0) { /* a setting misspelt, or one without its value */
        fprintf(stderr, "not understood: %s\n", args->items[0]);
        return 2;
    }
    app->front = front;
    raise_file_limit();
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL); /* before any thread: all of them inherit it */
    signal(SIGPIPE, SIG_IGN);
    e = start(app);
    if (e) {
        stop(app);
        return command_failed(front, e);
    }
    log_info(&front->ctx, "server.started", LOG_STR("listen", front->config.listen),
             LOG_INT("port", http_port(app->http)), LOG_STR("version", app->house.version));
    sigwait(&signals, &got);
    log_info(&front->ctx, "server.stopping", LOG_INT("signal", got));
    stop(app);
    log_info(&front->ctx, "server.stopped");
    return 0;
}
