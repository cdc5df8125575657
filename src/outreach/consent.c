/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outreach/consent.h"

const char *const outreach_purpose_names[] = { "answer", "advertising", NULL };

static bool later(const struct consent *a, const struct consent *b)
{
    if (a->at != b->at)
        return a->at > b->at;
    return a->known_at != b->known_at ? a->known_at > b->known_at : a->id > b->id;
}

/* The last word of one's own lead up to t? */
static bool is_last(const struct consents *list, const struct consent *one, instant t)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct consent *other = &list->items[i];

        if (other->lead.v == one->lead.v && other->purpose == one->purpose && other->at <= t && later(other, one))
            return false;
    }
    return true;
}

struct consent_state outreach_consent_at(const struct consents *list, enum consent_purpose purpose, instant t)
{
    struct consent_state s = { false, NULL };

    for (size_t i = 0; i < list->count; i++) {
        const struct consent *one = &list->items[i];

        if (one->purpose != (int)purpose || one->at > t || !is_last(list, one, t))
            continue;
        if (!s.ground || s.given > one->given || (s.given == one->given && later(one, s.ground)))
            s = (struct consent_state){ one->given, one };
    }
    return s;
}

size_t outreach_consent_of(const struct json *body, struct consent *one)
{
    const struct json *said = json_path(body, STR("context.consent.categoryPreferences"));
    size_t n = 0;

    for (int p = 0; said && p < CONSENT_PURPOSES; p++) {
        const struct json *value = json_is(said, JSON_OBJECT) ? json_find(said, str_of(outreach_purpose_names[p])) : NULL;

        if (!value || !json_is(value, JSON_BOOL))
            continue;
        one[n++] = (struct consent){
            .purpose = p, .given = value->as.truth, .words = json_text(json_path(body, STR("context.consent.words"))),
            .place = json_text(json_path(body, STR("context.page.url"))),
        };
    }
    return n;
}
