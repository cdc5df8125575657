/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_policy.h - by which policy each pool picks, as a question or a version names it: a list of struct pool_policy, told as {pool_id, policy}.
 *
 * Which people a pool has belongs to the team and changes by itself; by which policy it picks among them is how leads are shared out, so it is kept,
 * published and taken up again with the rules. A pool that is no more is passed over, as nothing can ask it; one that a version does not know
 * stays as it is.
 */
#ifndef API_API_POLICY_H
#define API_API_POLICY_H

#include "api/endpoint.h"
#include "route/route.h"

extern const struct field policy_ask_fields[];
#define POLICIES_FIELD(offset_, ...)                                                               \
    { .name = "policies", .kind = FIELD_LIST, .offset = offset_, .fields = policy_ask_fields, .item_size = sizeof(struct pool_policy), __VA_ARGS__ }

/* Each names a pool that stands, and each another one; ERR_BAD_FIELD at its place in /policies. */
NODISCARD enum err policies_check(struct call *call, const struct field_list *asked);
/* A policy for every pool that stands: as asked, else (also of what is asked twice: the first) as it is. */
NODISCARD enum err policies_whole(struct call *call, const struct field_list *asked, struct field_list *all);
/* Those that would change something now. */
NODISCARD enum err policies_other(struct call *call, const struct field_list *asked, struct field_list *other);
/* The ones asked for, and those of base for pools that are not named. */
struct field_list policies_over(struct arena *a, const struct field_list *asked, const struct field_list *base);
/* As they are kept with a version: JSON, and back. */
struct str policies_print(struct arena *a, const struct field_list *list);
NODISCARD enum err policies_parse(struct ctx *c, struct str kept, struct field_list *list);
/* The pools pick by these from now on. */
NODISCARD enum err policies_set(struct ctx *c, struct db_tx *tx, const struct field_list *list);

#endif
