/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/rate.h"

#include "api/inner.h"
#include "sys/clock.h"
#include "sys/crypto.h"
#include "sys/log.h"

enum { ACCOUNT_FREE = 10, ADDRESS_FREE = 30, LONGEST_S = 300, FORGET_S = 3600, RATE_PLACES = 8, TESTS_A_MINUTE = 20 };

/* The address that the caller really has: a header is believed from the one proxy that is trusted. */
static struct str address_of(const struct call *call)
{
    struct str proxy = call->house->api->conf.trusted_proxy, list, last = STR_NULL, piece;

    if (proxy.len == 0 || !str_eq(call->request->peer, proxy))
        return call->request->peer;
    list = http_header_find(call->request, STR("x-forwarded-for"));
    while (str_next(&list, ',', &piece))
        last = str_trim(piece);
    return last.len > 0 && last.len < 64 ? last : call->request->peer;
}

/* The slot of a key among the few places where it may stand. When none is free, the one with the fewest failures gives way, the longest
 * unused of those: who tries many accounts does not push out what is known of his address. */
static struct rate_slot *slot_of(struct api *api, const char *kind, struct str what, struct arena *a)
{
    struct str text = str_print(a, "%s" STR_FMT, kind, STR_ARG(str_lower(a, what)));
    uint64_t key = crypto_siphash(api->secret, text);
    struct rate_slot *least = NULL;

    for (size_t i = 0; i < RATE_PLACES; i++) {
        struct rate_slot *slot = &api->rates[(key + i) % RATE_SLOTS];

        if (slot->key == key)
            return slot;
        if (!least || slot->failures < least->failures
            || (slot->failures == least->failures && slot->free_at < least->free_at))
            least = slot;
    }
    *least = (struct rate_slot){ .key = key, .free_at = INSTANT_NONE };
    return least;
}

static int64_t wait_s(const struct rate_slot *slot, instant now)
{
    return slot->free_at == INSTANT_NONE || slot->free_at <= now ? 0 : (slot->free_at - now + SECOND_US - 1) / SECOND_US;
}

static void fail(struct rate_slot *slot, int64_t free_tries, instant now)
{
    int64_t over, delay_s = 0;

    if (slot->free_at != INSTANT_NONE && now - slot->free_at > FORGET_S * SECOND_US)
        slot->failures = 0;
    over = ++slot->failures - free_tries;
    if (over >= 0)
        delay_s = over > 8 ? LONGEST_S : (int64_t)1 << over;
    if (delay_s > LONGEST_S)
        delay_s = LONGEST_S;
    slot->free_at = now + delay_s * SECOND_US;
}

enum err rate_check(struct call *call, struct str account)
{
    struct api *api = call->house->api;
    int64_t a, b;

    pthread_mutex_lock(&api->rate_lock);
    a = wait_s(slot_of(api, "account ", account, call->ctx.arena), call->ctx.now);
    b = wait_s(slot_of(api, "address ", address_of(call), call->ctx.arena), call->ctx.now);
    pthread_mutex_unlock(&api->rate_lock);
    if (a == 0 && b == 0)
        return ERR_NONE;
    reply_header(call, "Retry-After", str_print(call->ctx.arena, "%lld", (long long)(a > b ? a : b)));
    return fault_set(&call->ctx, ERR_SLOW_DOWN, "too many failed sign-ins");
}

void rate_failed(struct call *call, struct str account)
{
    struct api *api = call->house->api;

    pthread_mutex_lock(&api->rate_lock);
    fail(slot_of(api, "account ", account, call->ctx.arena), ACCOUNT_FREE, call->ctx.now);
    fail(slot_of(api, "address ", address_of(call), call->ctx.arena), ADDRESS_FREE, call->ctx.now);
    pthread_mutex_unlock(&api->rate_lock);
}

void rate_passed(struct call *call, struct str account)
{
    struct api *api = call->house->api;

    pthread_mutex_lock(&api->rate_lock);
    slot_of(api, "account ", account, call->ctx.arena)->failures = 0;
    pthread_mutex_unlock(&api->rate_lock);
}

/* Moves the slot on by cost_us of the running clock, a minute ahead at most: 0, or how long there is still to wait. Under the lock. */
static int64_t pay_us(struct rate_slot *slot, int64_t now, int64_t cost_us)
{
    int64_t wait_us;

    if (slot->free_at == INSTANT_NONE || slot->free_at < now)
        slot->free_at = now;
    wait_us = slot->free_at + cost_us - now - MINUTE_US;
    if (wait_us <= 0)
        slot->free_at += cost_us;
    return wait_us <= 0 ? 0 : wait_us;
}

static enum err slow_down(struct call *call, int64_t wait_us, const char *why)
{
    reply_header(call, "Retry-After", str_print(call->ctx.arena, "%lld", (long long)(wait_us / SECOND_US + 1)));
    return fault_set(&call->ctx, ERR_SLOW_DOWN, "%s", why);
}

enum err rate_tests(struct call *call)
{
    struct api *api = call->house->api;
    struct str who = str_print(call->ctx.arena, "%d %lld", (int)call->ctx.actor.kind, (long long)call->ctx.actor.id);
    int64_t wait_us;

    pthread_mutex_lock(&api->rate_lock);
    wait_us = pay_us(slot_of(api, "tests ", who, call->ctx.arena), clock_mono_us(), MINUTE_US / TESTS_A_MINUTE);
    pthread_mutex_unlock(&api->rate_lock);
    return wait_us ? slow_down(call, wait_us, "too many test messages") : ERR_NONE;
}

/* A slot is paid for up to an instant of the running clock; each event moves it on by its share of a minute. */
enum err rate_events(struct call *call, int64_t count)
{
    struct api *api = call->house->api;
    int64_t limit = api->conf.public_events, now = clock_mono_us(), wait_us;
    struct rate_slot *slot;

    if (limit == 0 || !call->ctx.actor.unverified || count == 0)
        return ERR_NONE;
    count = count < limit ? count : limit; /* one batch may always come, if nothing came before it */
    struct str who = str_print(call->ctx.arena, "%lld " STR_FMT, (long long)call->ctx.actor.id, STR_ARG(address_of(call)));
    pthread_mutex_lock(&api->rate_lock);
    slot = slot_of(api, "events ", who, call->ctx.arena);
    wait_us = pay_us(slot, now, count * MINUTE_US / limit);
    bool first = wait_us > 0 && slot->failures++ == 0;
    if (wait_us <= 0)
        slot->failures = 0;
    pthread_mutex_unlock(&api->rate_lock);
    if (wait_us <= 0)
        return ERR_NONE;
    if (first)
        log_warn(&call->ctx, "events.slowed", LOG_ID("key", PREFIX_KEY, call->ctx.actor.id),
                 LOG_INT("limit", limit));
    return slow_down(call, wait_us, "more events a minute than this key may send from one address");
}

/* ---- keys of the API --------------------------------------------------------------------------------------------------- */

/* rate_lock is held. A key that is not known yet begins with what was kept of it, told by the wall, which may have been set since: never more
 * than a minute. */
static struct rate_slot *slot_of_key(struct api *api, int64_t key, instant kept, struct arena *a)
{
    struct rate_slot *slot = slot_of(api, "calls ", str_print(a, "%lld", (long long)key), a);
    int64_t now = clock_mono_us(), ahead = kept == INSTANT_NONE ? 0 : kept - clock_wall();

    if (slot->free_at == INSTANT_NONE && ahead > 0)
        slot->free_at = now + (ahead < MINUTE_US ? ahead : MINUTE_US);
    if (slot->free_at == INSTANT_NONE || slot->free_at < now)
        slot->free_at = now;
    return slot;
}

static void say_left(struct call *call, int64_t limit, int64_t ahead_us)
{
    struct arena *a = call->ctx.arena;
    int64_t left = (MINUTE_US - ahead_us) * limit / MINUTE_US;

    reply_header(call, "RateLimit-Limit", str_print(a, "%lld", (long long)limit));
    reply_header(call, "RateLimit-Remaining", str_print(a, "%lld", (long long)(left > 0 ? left : 0)));
    reply_header(call, "RateLimit-Reset", str_print(a, "%lld", (long long)((ahead_us + SECOND_US - 1) / SECOND_US)));
}

enum err rate_calls(struct call *call)
{
    struct api *api = call->house->api;
    int64_t limit = api->conf.key_calls, step_us, ahead_us;
    struct rate_slot *slot;
    bool fits;

    if (limit == 0 || call->ctx.actor.kind != ACTOR_KEY)
        return ERR_NONE;
    step_us = MINUTE_US / limit;
    pthread_mutex_lock(&api->rate_lock);
    slot = slot_of_key(api, call->ctx.actor.id, call->paid_until, call->ctx.arena);
    ahead_us = slot->free_at - clock_mono_us();
    fits = ahead_us + step_us <= MINUTE_US;
    if (fits)
        slot->free_at += step_us, ahead_us += step_us;
    pthread_mutex_unlock(&api->rate_lock);
    say_left(call, limit, ahead_us);
    if (fits)
        return ERR_NONE;
    reply_header(call, "Retry-After", str_print(call->ctx.arena, "%lld", (long long)((ahead_us + step_us - MINUTE_US) / SECOND_US + 1)));
    return fault_set(&call->ctx, ERR_SLOW_DOWN, "more calls a minute than a key may make");
}

instant rate_paid_until(struct api *api, struct key_id key)
{
    struct arena *a = arena_new(0);
    int64_t ahead_us;

    pthread_mutex_lock(&api->rate_lock);
    ahead_us = slot_of_key(api, key.v, INSTANT_NONE, a)->free_at - clock_mono_us();
    pthread_mutex_unlock(&api->rate_lock);
    arena_free(a);
    return ahead_us > 0 ? clock_wall() + ahead_us : INSTANT_NONE;
}
