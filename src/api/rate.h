/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rate.h - how often a sign-in may fail, and how fast a browser's key may be used from one address.
 *
 * Sign-in: By account and by address, each on its own: after some failures the next try waits, twice as long each
 * time up to five minutes; nobody is ever locked out for good, and a success clears the account. Held in memory: a restart forgets. */
#ifndef API_RATE_H
#define API_RATE_H

#include "api/endpoint.h"
#include "team/key.h"

/* ERR_SLOW_DOWN, with Retry-After set, while the account or the caller's address has to wait. */
NODISCARD enum err rate_check(struct call *call, struct str account);
void rate_failed(struct call *call, struct str account);
void rate_passed(struct call *call, struct str account);

/* Events that came with a browser's key, counted by key and address: api_conf.public_events a minute, as many at once, then ERR_SLOW_DOWN with
 * Retry-After. What is refused counts nothing. A server's key is not counted. */
NODISCARD enum err rate_events(struct call *call, int64_t count);

/* Test messages that a person or key asks for: twenty a minute, then ERR_SLOW_DOWN with Retry-After. */
NODISCARD enum err rate_tests(struct call *call);

/* Calls with a key of the API, counted by key: api_conf.key_calls a minute, as many at once, then ERR_SLOW_DOWN with Retry-After. Every answer
 * to a key tells what is left (RateLimit-Limit, -Remaining, -Reset). What is refused counts nothing. What a key has used up is kept with it
 * once a minute and when the server ends, so that a restart forgives nobody. */
NODISCARD enum err rate_calls(struct call *call);
/* By the wall; INSTANT_NONE: nothing is held against it. */
instant rate_paid_until(struct api *api, struct key_id key);

#endif
