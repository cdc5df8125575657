/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as a condition: refused with a place, or compiled, told in both languages and evaluated over a small history, item by item and through
 * its bytes alike. */
#include "cond/cond.h"

static struct past_event events[] = {
    {.id = 1, .kind = EVENT_TRACK, .name = STR("A"), .at = DAY_US, .tie = 1},
    {.id = 2,
     .kind = EVENT_PAGE,
     .path = STR("/pricing?x=1"),
     .at = 2 * DAY_US,
     .tie = 2,
     .unverified = true},
    {.id = 3, .kind = EVENT_TRACK, .name = STR("Demo Requested"), .at = 3 * DAY_US, .tie = 3},
    {.id = 4, .kind = EVENT_IDENTIFY, .at = 4 * DAY_US, .tie = 4},
    {.id = 5, .kind = EVENT_TRACK, .name = STR("A"), .at = 5 * DAY_US, .tie = 5},
};

static void live(struct cond *p, struct ctx *c, const struct json *body, const struct json *patch)
{
    struct past_profile profile = {.id = 6, .at = DAY_US, .patch = patch};
    struct history h = {.born = DAY_US,
                        .events = events,
                        .event_count = countof(events),
                        .profiles = &profile,
                        .profile_count = 1};

    for (size_t i = 0; i < countof(events); i++)
        events[i].body = body;
    struct cond_answer before = cond_at(p, &h, 6 * DAY_US, c->arena);
    if (cond_kind_of(p) == COND_STATE_KIND) {
        assert(before.until > 6 * DAY_US);
        instant last = before.until == INSTANT_NEVER ? 4000 * DAY_US : before.until - 1;
        assert(cond_at(p, &h, last, c->arena).holds == before.holds);
        assert(before.until == INSTANT_NEVER ||
               cond_at(p, &h, before.until, c->arena).holds != before.holds);
    }
    (void)cond_holds_facts(p, patch, DAY_US, c->arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ctx c = {.arena = arena_new(0)};
    struct json *from, *body, *patch;
    struct cond *p;
    enum err e = json_read(
        &c,
        STR("{\"properties\":{\"n\":3,\"plan\":\"pro\"},\"context\":{\"page\":{\"path\":\"/x\"}}}"),
        &body);

    if (!e)
        e = json_read(
            &c,
            STR("{\"title\":\"Генеральный директор\",\"employees\":120,\"tags\":[\"x\",1,null]}"),
            &patch);
    assert(!e);
    if (json_read(&c, (struct str){(const char *)data, size}, &from) == ERR_NONE) {
        if (cond_compile(&c, from, STR("/when"), c.arena, &p)) {
            assert(c.fault.count > 0);
        } else {
            assert(cond_explain(p, LANG_RU, c.arena).len > 0 &&
                   cond_explain(p, LANG_EN, c.arena).len > 0);
            live(p, &c, body, patch);
            cond_free(p);
        }
    }
    arena_free(c.arena);
    return 0;
}
