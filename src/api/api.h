/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api.h - the door as a whole, for app/ to open and close.
 *
 * Taking it down, in this order: http_quiesce, api_stop (what waits is finished, newcomers get 503), live_close, http_close, api_free.
 */
#ifndef API_API_H
#define API_API_H

#include "api/endpoint.h"
#include "team/key.h"

struct api_conf {
    int64_t writers;          /* threads that write; on SQLite they do so in turn (writer.c) */
    int64_t group_calls;      /* calls that may share a commit */
    int64_t queue_calls;      /* that may wait for a writer; more are told 503 (events: 429) */
    int64_t public_events;    /* a minute, by a browser's key from one address; 0: no limit */
    int64_t key_calls;        /* a minute, of one key of the API; 0: no limit */
    int64_t read_us;          /* for what a call reads before it is answered, exports aside; 0: no limit */
    struct str trusted_proxy; /* an address whose X-Forwarded-For is believed; "" none */
};

/* table is ended by a row without a path. house lives as long as the api. secret: of cursors and CSRF words; kept in the database, so that
 * they outlive a restart and hold on every node. */
NODISCARD enum err api_open(struct ctx *c, const struct endpoint *table, const struct house *house,
                            const struct api_conf *conf, const uint8_t secret[32], struct api **api);
struct http_door api_door(struct api *api);
/* The server whose figures /metrics shows. */
void api_set_server(struct api *api, const struct http_server *server);
void api_stop(struct api *api);
void api_free(struct api *api);

/* Sessions, keys or users have changed: what the guard remembers is forgotten. */
void api_forget_actors(const struct house *house);

/* Keys that were used since the last call, at most max, each once: for the job that writes it down. */
size_t api_take_used_keys(struct api *api, struct key_use *keys, size_t max);

#endif
