/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* hook.h - webhooks: other programs told of what happens, signed (Standard Webhooks).
 *
 * An event is a letter for each webhook that wants its type, written in the transaction of what it tells. Its body is fixed then and its id is the
 * webhook-id of every attempt; the timestamp and the signature are those of the attempt. For a day after its secret was changed a webhook gets
 * two signatures, by the new secret and the one before.
 *
 *   ON --- a person ---> OFF        ON --- 410, or five days of failures only ---> STOPPED --- a person ---> ON
 *
 * What is for a webhook that is OFF is not written; what is for a STOPPED one is, and goes dead as "hook_off", to be replayed. Secrets are told
 * once, when they are made.
 */
#ifndef OUTREACH_HOOK_H
#define OUTREACH_HOOK_H

#include "outreach/channel.h"

enum outreach_hook_state { HOOK_ON, HOOK_OFF, HOOK_STOPPED, HOOK_STATES };
extern const char *const outreach_hook_state_names[HOOK_STATES + 1];
/* The types of events that there are, NULL at the end. */
extern const char *const outreach_event_types[];
enum { OUTREACH_HOOKS = 50 };

struct outreach_hook {
    struct hook_id id;
    int64_t version;
    struct str name, url;
    struct str kinds;          /* JSON list of types */
    struct str secret, before; /* "whsec_..." */
    instant before_until;      /* INSTANT_NONE: only the one secret */
    enum outreach_hook_state state;
    struct str why;            /* STOPPED: "410" or "failing" */
    instant failing_at;        /* since when nothing arrived; INSTANT_NONE: the last thing did */
    struct user_id made_by;
    instant made_at;
};
struct outreach_hooks {
    struct outreach_hook *items;
    size_t count;
};
/* By id. */
NODISCARD enum err outreach_hook_list(struct ctx *c, struct db_tx *tx, struct outreach_hooks *list);
NODISCARD enum err outreach_hook_get(struct ctx *c, struct db_tx *tx, struct hook_id id, struct outreach_hook *h);
/* Sets id, version, secret, made_at; on. ERR_CONFLICT: OUTREACH_HOOKS are there already. */
NODISCARD enum err outreach_hook_add(struct ctx *c, struct db_tx *tx, struct outreach_hook *h);
/* Name, url, kinds, state, why, failing_at; raises the version. ERR_STALE. */
NODISCARD enum err outreach_hook_put(struct ctx *c, struct db_tx *tx, struct outreach_hook *h);
/* A new secret; the one before signs for a day more. */
NODISCARD enum err outreach_hook_rotate(struct ctx *c, struct db_tx *tx, struct outreach_hook *h);
/* What waits for it is withdrawn. */
NODISCARD enum err outreach_hook_del(struct ctx *c, struct db_tx *tx, struct hook_id id);
/* How an attempt went. *stopped: it has been failing for so long that it is STOPPED now. */
NODISCARD enum err outreach_hook_went(struct ctx *c, struct db_tx *tx, struct hook_id id, bool arrived, bool gone, bool *stopped);
/* Dead letters made at or after since wait again, with their keys; *count: how many. */
NODISCARD enum err outreach_hook_replay(struct ctx *c, struct db_tx *tx, struct hook_id id, instant since, int64_t *count);

/* Does the list of types want this one. Pure. */
bool outreach_hook_wants(struct ctx *c, struct str kinds, struct str type);
/* "v1,<base64>" of id.timestamp.body by a secret "whsec_<base64>"; STR_NULL for a secret that is none. Pure. */
struct str outreach_hook_sign(struct arena *a, struct str secret, struct str id, struct str timestamp, struct str body);

NODISCARD enum err outreach_hook_compose(struct ctx *c, const struct outreach_way *way, const struct outreach_letter *l,
                                         const struct outreach_target *target, struct outreach_outgoing *out);
void outreach_hook_judge(struct ctx *c, const struct client_reply *reply, struct outreach_result *r, bool *gone);

#endif
