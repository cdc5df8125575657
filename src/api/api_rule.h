/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_rule.h - routing rules at the door: in order, tried on one lead, and what went through each. Rows: endpoints.c. */
#ifndef API_API_RULE_H
#define API_API_RULE_H

#include "api/endpoint.h"
#include "route/route.h"

/* A rule as it is told, and as it is asked for. */
struct rule_view {
    int64_t id, pool_id, fallback_pool_id, product_id, sla_minutes, explore;
    struct str name, condition, match; /* the last two JSON */
    bool enabled;
};
struct rule_ask {
    struct rule_view rule;
    const struct json *condition, *match;
};
/* All that is asked for at once: the rules, and pools that are to pick by another policy (of struct pool_policy). */
struct rules_ask {
    struct field_list items, policies;
};
/* As a list of the API, in a: what versions keep. */
struct str rules_text(struct arena *a, const struct rules *rules);
/* All rules of a body (or of a kept version), checked; every fault of them is noted at its place. */
NODISCARD enum err rules_check(struct call *call, const struct field_list *body, struct rules *rules);

enum err rule_list_get(struct call *call);
enum err rule_put_all(struct call *call);
enum err rule_try(struct call *call);
enum err rule_through_list(struct call *call);

/* A condition of a body, checked, as JSON to keep. at: its JSON pointer. pattern_bytes, when not NULL, grows by what its patterns take, compiled; the condition
 * with which it is above LIMIT_PATTERN_BYTES is ERR_TOO_LARGE. */
NODISCARD enum err condition_keep(struct call *call, const struct json *from, struct str at, size_t *pattern_bytes, struct str *kept);

extern const struct field rule_fields[], rule_ask_fields[], rules_put_fields[];
extern const struct field rule_try_fields[], rule_tried_fields[], rule_through_fields[];

#endif
