/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* config.h - what the operator sets: one table, and where each value came from.
 *
 * Default, then the file (--config FILE, lines of `name = value`), then the environment (GRADUS_NAME), then the command line
 * (--name value). A name is written with '_' in the table and the file, '-' on the command line, in capitals in the environment.
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "base/buf.h"
#include "base/ctx.h"

struct config {
    struct str telegram_api, allow_networks, tls_trust;
    struct str listen, tls_cert, tls_key, data, database, public_url, trusted_proxy, log_level, lang, phone_region, now;
    int64_t threads, writers, readers, group_calls, queue_calls, max_connections, public_events, key_calls, read_ms;
    int64_t head_seconds, body_seconds, idle_seconds;
    bool test_clock, plain_hooks;
};

struct args {
    int count;
    char **items; /* what has not been taken yet */
};

/* Reads all four. Takes its own options off args. ERR_BAD_FIELD with a note that names the setting. Text lives in c->arena. */
NODISCARD enum err config_read(struct ctx *c, struct args *args, struct config *config);
/* Every setting: name, value, where from, what it is. */
void config_print(const struct config *config, struct buf *to);

/* The value behind --name, taken off args; NULL if absent. */
const char *args_option(struct args *args, const char *name);
/* --name without a value. */
bool args_flag(struct args *args, const char *name);
/* The next word, taken off; NULL at the end. */
const char *args_next(struct args *args);

#endif
