/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* log.h - one line an event, JSON, on standard error.
 *
 *   log_info(c, "lead.merged", LOG_ID("into", PREFIX_LEAD, a.v), LOG_ID("from", PREFIX_LEAD, b.v));
 *   {"at":"...","level":"info","event":"lead.merged","actor":"us_...","into":"ld_...","from":"ld_..."}
 *
 * error: someone must act. warn: someone should look. info: a fact of business. debug: off unless asked for.
 * Ids, never names, addresses, phones, bodies or secrets. A line is written whole; threads do not mix. Never fails.
 */
#ifndef SYS_LOG_H
#define SYS_LOG_H

#include "base/ctx.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

struct log_word {
    const char *name;    /* NULL ends the list */
    struct str text;     /* when prefix and number are not used */
    const char *prefix;  /* an id; "" : a plain number; NULL: text */
    int64_t number;
};
#define LOG_STR(name, s)        ((struct log_word){ (name), (s), NULL, 0 })
#define LOG_INT(name, n)        ((struct log_word){ (name), STR_NULL, "", (n) })
#define LOG_ID(name, prefix, n) ((struct log_word){ (name), STR_NULL, (prefix), (n) })

/* What is written from now on; info at the start. */
void log_set_level(enum log_level level);
enum log_level log_level_now(void);
/* c may be NULL. */
void log_write(enum log_level level, const struct ctx *c, const char *event, const struct log_word *words);

#define LOG_LINE(level, c, event, ...)                                                             \
    do {                                                                                           \
        if ((level) <= log_level_now())                                                            \
            log_write((level), (c), (event), (const struct log_word[]){ __VA_ARGS__ __VA_OPT__(,) { 0 } }); \
    } while (0)
#define log_error(c, event, ...) LOG_LINE(LOG_LEVEL_ERROR, c, event, __VA_ARGS__)
#define log_warn(c, event, ...)  LOG_LINE(LOG_LEVEL_WARN, c, event, __VA_ARGS__)
#define log_info(c, event, ...)  LOG_LINE(LOG_LEVEL_INFO, c, event, __VA_ARGS__)
#define log_debug(c, event, ...) LOG_LINE(LOG_LEVEL_DEBUG, c, event, __VA_ARGS__)

#endif
