/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Figures in the text form that Prometheus reads. Counters are atomic and never take a lock on the way of a call. */
#include "api/inner.h"

#include "api/metrics.h"
#include "api/live.h"
#include "net/address.h"
#include "sys/clock.h"
#include "sys/crypto.h"

enum { METRICS_BYTES = 1024 * 1024 };

static const int64_t edges_us[8] = { 500, 1000, 5000, 10000, 50000, 100000, 500000, 1000000 };

void metrics_count(struct call *call, int status, int64_t spent_us)
{
    struct api *api = call->house->api;
    struct endpoint_figures *f = &api->figures[call->endpoint ? (size_t)(call->endpoint - api->table) : api->table_count];

    atomic_fetch_add(&f->codes[0], 1);
    atomic_fetch_add(&f->codes[status / 100 % 6], 1);
    atomic_fetch_add(&f->spent_us, spent_us);
    for (int i = 0; i < 8; i++)
        if (spent_us <= edges_us[i])
            atomic_fetch_add(&f->under[i], 1);
}

void metrics_event(const struct house *house, enum metrics_event what, int64_t count)
{
    if (house->api && what >= 0 && what < METRICS_EVENTS)
        atomic_fetch_add(&house->api->events[what], count);
}

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_print(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(struct buf *b, const char *name, const char *type, const char *help, int64_t value)
{
    head(b, name, type, help);
    buf_print(b, "%s %lld\n", name, (long long)value);
}

static const char *method_name(enum http_method m)
{
    static const char *const names[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER", "OTHER" };

    return names[m];
}

static void print_label(struct buf *b, const struct api *api, size_t i)
{
    if (i == api->table_count)
        buf_add(b, STR("route=\"other\",method=\"ANY\""));
    else
        buf_print(b, "route=\"%s%s\",method=\"%s\"", api->table[i].door == DOOR_API ? "/api/v1" : "",
                  api->table[i].path, method_name(api->table[i].method));
}

static void print_requests(struct buf *b, const struct api *api)
{
    head(b, "gradus_http_requests_total", "counter", "Requests answered, by route and class of status.");
    for (size_t i = 0; i <= api->table_count; i++)
        for (int code = 1; code < 6; code++) {
            int64_t n = atomic_load(&api->figures[i].codes[code]);

            if (n == 0)
                continue;
            buf_add(b, STR("gradus_http_requests_total{"));
            print_label(b, api, i);
            buf_print(b, ",code=\"%dxx\"} %lld\n", code, (long long)n);
        }
}

static void print_latency(struct buf *b, const struct api *api)
{
    head(b, "gradus_http_request_seconds", "histogram", "From the head of a request to its answer.");
    for (size_t i = 0; i <= api->table_count; i++) {
        struct endpoint_figures *f = &api->figures[i];
        long long all = (long long)atomic_load(&f->codes[0]);

        if (all == 0)
            continue;
        for (int k = 0; k <= 8; k++) {
            buf_add(b, STR("gradus_http_request_seconds_bucket{"));
            print_label(b, api, i);
            if (k < 8)
                buf_print(b, ",le=\"%g\"} %lld\n", (double)edges_us[k] / 1e6, (long long)atomic_load(&f->under[k]));
            else
                buf_print(b, ",le=\"+Inf\"} %lld\n", all);
        }
        buf_add(b, STR("gradus_http_request_seconds_sum{"));
        print_label(b, api, i);
        buf_print(b, "} %.6f\n", (double)atomic_load(&f->spent_us) / 1e6);
        buf_add(b, STR("gradus_http_request_seconds_count{"));
        print_label(b, api, i);
        buf_print(b, "} %lld\n", all);
    }
}

static void print_events(struct buf *b, const struct api *api)
{
    static const struct {
        const char *name, *help;
    } names[METRICS_EVENTS] = {
        [METRICS_ACCEPTED] = { "gradus_events_accepted_total", "Events kept." },
        [METRICS_REPEATED] = { "gradus_events_repeated_total", "Events that were known already." },
        [METRICS_REJECTED] = { "gradus_events_rejected_total", "Events refused." },
    };

    for (int i = 0; i < METRICS_EVENTS; i++)
        one(b, names[i].name, "counter", names[i].help, atomic_load(&api->events[i]));
}

static void print_queues(struct buf *b, struct api *api)
{
    head(b, "gradus_queue_depth", "gauge", "Calls that wait.");
    buf_print(b, "gradus_queue_depth{queue=\"writes\"} %lld\n", (long long)lane_waiting(&api->writes));
    buf_print(b, "gradus_queue_depth{queue=\"hashes\"} %lld\n", (long long)lane_waiting(&api->hashes));
    buf_print(b, "gradus_queue_depth{queue=\"reads\"} %lld\n", (long long)lane_waiting(&api->reads));
}

static void print_commits(struct buf *b, struct api *api)
{
    int64_t sum = 0;

    head(b, "gradus_commit_calls", "histogram", "Calls that shared a commit.");
    for (int i = 0; i < 8; i++) {
        sum += atomic_load(&api->commit_sizes[i]);
        if (i < 7)
            buf_print(b, "gradus_commit_calls_bucket{le=\"%d\"} %lld\n", 1 << i, (long long)sum);
    }
    buf_print(b, "gradus_commit_calls_bucket{le=\"+Inf\"} %lld\n", (long long)sum);
    buf_print(b, "gradus_commit_calls_sum %lld\n", (long long)atomic_load(&api->commit_calls));
    buf_print(b, "gradus_commit_calls_count %lld\n", (long long)sum);
    one(b, "gradus_commit_retries_total", "counter", "Calls that lost a race and were tried again.",
        atomic_load(&api->busy_again));
}

/* The figures are for those who watch the machine, from it or beside it. What came through a proxy came from anywhere. */
static bool is_watcher(const struct call *call)
{
    return address_place_of(call->request->peer) != ADDRESS_FAR &&
           str_is_null(http_header_find(call->request, STR("x-forwarded-for"))) &&
           str_is_null(http_header_find(call->request, STR("forwarded")));
}

enum err metrics_get(struct call *call)
{
    struct api *api = call->house->api;
    struct buf b = buf_new(call->ctx.arena, METRICS_BYTES);
    int64_t connections = 0, requests = 0, streams = 0, told = 0, hashes, most;

    if (!is_watcher(call))
        return ERR_NOT_FOUND;
    if (api->server)
        http_figures(api->server, &connections, &requests);
    if (call->house->live)
        live_figures(call->house->live, &streams, &told);
    crypto_password_figures(&hashes, &most);
    print_requests(&b, api);
    print_latency(&b, api);
    print_events(&b, api);
    print_queues(&b, api);
    print_commits(&b, api);
    one(&b, "gradus_http_connections", "gauge", "Connections open.", connections);
    one(&b, "gradus_live_streams", "gauge", "Live streams open.", streams);
    one(&b, "gradus_live_events_total", "counter", "Events told to live streams.", told);
    one(&b, "gradus_password_hashes_total", "counter", "Password hashes computed.", hashes);
    one(&b, "gradus_password_hashes_most", "gauge", "The most that ran at once.", most);
    one(&b, "gradus_db_statements_total", "counter", "Statements run.", db_statements(call->house->db));
    return reply_bytes(call, 200, "text/plain; version=0.0.4; charset=utf-8", buf_str(&b));
}
