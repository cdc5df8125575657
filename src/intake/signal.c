/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "intake/signal.h"

#include "base/utf8.h"
#include "intake/segment_api.h"

enum {
    SOON_US = 3 * 1000000, LINKS_US = 2 * 1000000, TRAP_US = 60 * 1000000, PERSON_US = 60 * 1000000,
    FORM_MS = 2000, LINKS = 3, CLICKS = 20
};

/* ---- words ---- */

static const struct {
    const char *name;
    enum intake_deed deed;
} names[] = {
    { "Email Sent", INTAKE_DEED_SENT },           { "Email Delivered", INTAKE_DEED_SENT },
    { "Email Opened", INTAKE_DEED_OPENED },       { "Email Link Clicked", INTAKE_DEED_CLICKED },
    { "Email Clicked", INTAKE_DEED_CLICKED },     { "Form Submitted", INTAKE_DEED_FORM },
    { "Form Completed", INTAKE_DEED_FORM },       { "Lead Form Submitted", INTAKE_DEED_FORM },
};
static const char *const letter_words[] = { "email_id", "letter_id", "message_id", "campaign_id" };
static const char *const link_words[] = { "link_url", "url", "href", "link_id" };
static const char *const hidden_words[] = { "hidden", "honeypot" };
static const char *const trap_words[] = { "honeypot", "hp", "_gotcha", "_honeypot", "website_url_2" };
static const char *const free_words[] = { "name", "message", "comment", "text", "first_name", "last_name" };

/* Mail services that fetch pictures for their people, seen or not. */
static const char *const proxies[] = { "GoogleImageProxy", "YahooMailProxy", "YandexImageResizer", "OutlookMobileCloudService" };

static const char *const disposable[] = {
    "mailinator.com", "yopmail.com", "guerrillamail.com", "guerrillamail.net", "guerrillamailblock.com", "sharklasers.com", "grr.la",
    "10minutemail.com", "10minutemail.net", "tempmail.com", "temp-mail.org", "temp-mail.io", "tempmailo.com", "tempmail.plus",
    "trashmail.com", "trashmail.de", "throwawaymail.com", "maildrop.cc", "mailnesia.com", "mintemail.com", "mohmal.com",
    "moakt.com", "emailondeck.com", "fakeinbox.com", "getnada.com", "nada.email", "dispostable.com", "mailcatch.com",
    "spamgourmet.com", "discard.email", "mytemp.email", "burnermail.io", "inboxkitten.com", "tempinbox.com", "mail-temp.com",
    "dropmail.me", "1secmail.com", "1secmail.net", "1secmail.org", "crazymailing.com", "tempr.email", "minuteinbox.com",
    "emailfake.com", "generator.email", "vomoto.com", "mailpoof.com", "linshiyouxiang.net", "33mail.com", "anonaddy.me",
};

bool intake_domain_is_disposable(struct str domain)
{
    for (size_t i = 0; i < countof(disposable); i++) {
        struct str d = str_of(disposable[i]);

        if (str_eq(domain, d)
            || (domain.len > d.len && str_ends(domain, d) && domain.ptr[domain.len - d.len - 1] == '.'))
            return true;
    }
    return false;
}

static bool is_vowel(uint32_t ch)
{
    static const uint32_t vowels[] = { 'a', 'e', 'i', 'o', 'u', 'y', 0x430, 0x435, 0x451, 0x438, 0x43e, 0x443, 0x44b, 0x44d,
                                       0x44e, 0x44f };

    for (size_t i = 0; i < countof(vowels); i++)
        if (vowels[i] == ch)
            return true;
    return false;
}

/* A letter of the Latin or Russian alphabet in lower case; 0: none. */
static uint32_t letter_of(uint32_t ch)
{
    if ((ch >= 'A' && ch <= 'Z'))
        return ch | 32;
    if (ch >= 0x410 && ch <= 0x42f)
        return ch + 0x20;
    if (ch == 0x401)
        return 0x451;
    return (ch >= 'a' && ch <= 'z') || (ch >= 0x430 && ch <= 0x44f) || ch == 0x451 ? ch : 0;
}

/* Nine consonants in a row, or one letter six times: no word of people has them (German comes to eight). (Signs, that Russian has, are no consonants.) */
static bool has_noise(struct str text)
{
    uint32_t last = 0;
    int run = 0, same = 0;
    size_t at = 0;

    while (at < text.len) {
        uint32_t ch = letter_of(utf8_next(text, &at));

        same = ch && ch == last ? same + 1 : 1;
        last = ch;
        bool sign = ch == 0x44a || ch == 0x44c;
        run = ch && !is_vowel(ch) ? run + !sign : 0;
        if (run >= 9 || (ch && same >= 6))
            return true;
    }
    return false;
}

static int links_in(struct str text)
{
    int n = 0;

    for (size_t at = 0; at + 7 <= text.len; at++)
        n += memcmp(text.ptr + at, "http://", 7) == 0 || (at + 8 <= text.len && memcmp(text.ptr + at, "https://", 8) == 0);
    return n;
}

bool intake_text_is_gibberish(struct str text)
{
    return has_noise(text) || links_in(text) >= 3 || str_find(text, STR("[url=")) >= 0 || str_find(text, STR("<a href=")) >= 0;
}

enum intake_deed intake_deed_of(enum event_kind kind, struct str name)
{
    if (kind == EVENT_PAGE || kind == EVENT_SCREEN)
        return INTAKE_DEED_PAGE;
    if (kind != EVENT_TRACK)
        return INTAKE_DEED_OTHER;
    for (size_t i = 0; i < countof(names); i++)
        if (str_eq(name, str_of(names[i].name)))
            return names[i].deed;
    return INTAKE_DEED_OTHER;
}

/* ---- one event ---- */

static const struct json *first_of(const struct json *v, const char *const *words, size_t n)
{
    for (size_t i = 0; v && i < n; i++) {
        const struct json *found = json_find(v, str_of(words[i]));

        if (found && !json_is(found, JSON_NULL))
            return found;
    }
    return NULL;
}

/* Something was typed or ticked. */
static bool is_filled(const struct json *v)
{
    return v && ((json_is(v, JSON_TEXT) && str_trim(v->as.text).len) || (json_is(v, JSON_BOOL) && v->as.truth) || json_is(v, JSON_INT));
}

static bool is_proxy(struct str agent)
{
    if (str_eq(str_trim(agent), STR("Mozilla/5.0")))
        return true; /* Apple Mail Privacy Protection */
    for (size_t i = 0; i < countof(proxies); i++)
        if (str_find(agent, str_of(proxies[i])) >= 0)
            return true;
    return false;
}

static bool is_too_fast(const struct json *properties, instant at)
{
    const struct json *ms = json_find(properties, STR("filled_ms"));
    instant rendered = intake_time(json_find(properties, STR("rendered_at")));

    if (json_is(ms, JSON_INT))
        return ms->as.integer >= 0 && ms->as.integer < FORM_MS;
    return rendered != INSTANT_NONE && at >= rendered && (at - rendered) / 1000 < FORM_MS;
}

static bool has_gibberish(const struct json *v)
{
    for (size_t i = 0; v && i < countof(free_words); i++)
        if (intake_text_is_gibberish(json_text(json_find(v, str_of(free_words[i])))))
            return true;
    return false;
}

static struct str domain_of(struct str email)
{
    ptrdiff_t at = str_find_char(email, '@');

    return at < 0 ? STR_NULL : str_sub(email, (size_t)at + 1, email.len);
}

static bool is_disposable_address(struct str email)
{
    struct str domain = domain_of(str_trim(email));
    char lower[128];

    if (!domain.len || domain.len >= sizeof lower)
        return false;
    for (size_t i = 0; i < domain.len; i++)
        lower[i] = (char)(domain.ptr[i] >= 'A' && domain.ptr[i] <= 'Z' ? domain.ptr[i] | 32 : domain.ptr[i]);
    return intake_domain_is_disposable((struct str){ lower, domain.len });
}

static bool is_disposable(const struct event *ev, const struct json *properties)
{
    return is_disposable_address(ev->who.email) || is_disposable_address(json_text(json_find(properties, STR("email"))));
}

static enum intake_bot form_signal(const struct event *ev, const struct json *properties)
{
    for (size_t i = 0; i < countof(trap_words); i++)
        if (is_filled(json_find(properties, str_of(trap_words[i]))))
            return INTAKE_BOT_TRAP;
    if (is_too_fast(properties, ev->at))
        return INTAKE_BOT_TOO_FAST;
    if (is_disposable(ev, properties))
        return INTAKE_BOT_DISPOSABLE;
    return has_gibberish(properties) || has_gibberish(ev->traits) ? INTAKE_BOT_GIBBERISH : INTAKE_BOT_NO;
}

enum intake_bot intake_signal_one(const struct event *ev, struct str agent, bool browser)
{
    const struct json *properties = json_find(ev->body, STR("properties"));

    switch (intake_deed_of(ev->kind, ev->name)) {
    case INTAKE_DEED_OPENED:
        return is_proxy(agent) ? INTAKE_BOT_PROXY : INTAKE_BOT_NO;
    case INTAKE_DEED_CLICKED:
        return is_filled(first_of(properties, hidden_words, countof(hidden_words))) ? INTAKE_BOT_TRAP : INTAKE_BOT_NO;
    case INTAKE_DEED_FORM:
        return form_signal(ev, properties);
    default:
        break;
    }
    /* A form may also come as an identify call; only a stranger's word is doubted. */
    return browser && ev->kind == EVENT_IDENTIFY && is_disposable(ev, NULL) ? INTAKE_BOT_DISPOSABLE : INTAKE_BOT_NO;
}

/* ---- neighbours ---- */

struct intake_sight intake_sight_of(enum event_kind kind, struct str name, instant at, const struct json *body,
                                    enum intake_bot alone)
{
    const struct json *properties = json_find(body, STR("properties"));
    struct intake_sight s = { .at = at, .deed = intake_deed_of(kind, name), .alone = alone, .verdict = alone };

    if (s.deed == INTAKE_DEED_SENT || s.deed == INTAKE_DEED_OPENED || s.deed == INTAKE_DEED_CLICKED) {
        s.letter = json_text(first_of(properties, letter_words, countof(letter_words)));
        s.link = json_text(first_of(properties, link_words, countof(link_words)));
        s.hidden = s.deed == INTAKE_DEED_CLICKED && is_filled(first_of(properties, hidden_words, countof(hidden_words)));
    }
    return s;
}

bool intake_signal_needs_many(enum intake_deed deed)
{
    return deed == INTAKE_DEED_SENT || deed == INTAKE_DEED_OPENED || deed == INTAKE_DEED_CLICKED;
}

bool intake_signal_of_many(enum intake_bot b)
{
    return b == INTAKE_BOT_TOO_SOON || b == INTAKE_BOT_ALL_LINKS || b == INTAKE_BOT_TRAP || b == INTAKE_BOT_PACE;
}

static int64_t apart(const struct intake_sight *a, const struct intake_sight *b)
{
    return a->at < b->at ? b->at - a->at : a->at - b->at;
}

static bool same_letter(const struct intake_sight *a, const struct intake_sight *b)
{
    return str_eq(a->letter, b->letter);
}

static bool is_too_soon(const struct intake_sight *all, size_t n, const struct intake_sight *s)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].deed == INTAKE_DEED_SENT && s->letter.len && same_letter(&all[i], s) && s->at >= all[i].at
            && s->at - all[i].at < SOON_US)
            return true;
    return false;
}

static bool is_trapped(const struct intake_sight *all, size_t n, const struct intake_sight *s)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].hidden && same_letter(&all[i], s) && apart(&all[i], s) <= TRAP_US)
            return true;
    return false;
}

/* Is the click one of LINKS different links of its letter within LINKS_US? The stretch begins at one of its clicks. */
static bool is_of_many_links(const struct intake_sight *all, size_t n, const struct intake_sight *s)
{
    for (size_t i = 0; i < n; i++) {
        const struct str *seen[LINKS];
        int different = 0, clicks = 0;

        if (all[i].deed != INTAKE_DEED_CLICKED || !same_letter(&all[i], s) || all[i].at > s->at || s->at - all[i].at > LINKS_US)
            continue;
        for (size_t k = i; k < n && all[k].at - all[i].at <= LINKS_US && different < LINKS; k++) {
            bool click = all[k].deed == INTAKE_DEED_CLICKED && same_letter(&all[k], s), had = !click || !all[k].link.len;

            /* Twenty clicks in two seconds are nobody's, whatever they are on; and the look stays short. */
            if (click && ++clicks >= CLICKS)
                return true;
            for (int j = 0; j < different && !had; j++)
                had = str_eq(*seen[j], all[k].link);
            if (!had)
                seen[different++] = &all[k].link;
        }
        if (different == LINKS)
            return true;
    }
    return false;
}

static bool has_stayed(const struct intake_sight *all, size_t n, const struct intake_sight *s)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].deed == INTAKE_DEED_PAGE && all[i].alone == INTAKE_BOT_NO && all[i].at >= s->at
            && all[i].at - s->at <= PERSON_US)
            return true;
    return false;
}

static enum intake_bot letter_verdict(const struct intake_sight *all, size_t n, const struct intake_sight *s)
{
    bool click = s->deed == INTAKE_DEED_CLICKED;

    if (click && is_trapped(all, n, s))
        return INTAKE_BOT_TRAP;
    if (click && has_stayed(all, n, s))
        return INTAKE_BOT_NO;
    if (click && is_of_many_links(all, n, s))
        return INTAKE_BOT_ALL_LINKS;
    return is_too_soon(all, n, s) ? INTAKE_BOT_TOO_SOON : INTAKE_BOT_NO;
}

/* Pages of a stretch in which there are too many. */
static void mark_pace(struct intake_sight *all, size_t n)
{
    size_t from = 0, pages = 0;

    for (size_t i = 0; i < n; i++) {
        if (all[i].deed != INTAKE_DEED_PAGE)
            continue;
        pages++;
        while (all[i].at - all[from].at > INTAKE_PACE_US)
            pages -= all[from++].deed == INTAKE_DEED_PAGE;
        for (size_t k = from; pages >= INTAKE_PACE_PAGES && k <= i; k++)
            if (all[k].deed == INTAKE_DEED_PAGE && all[k].verdict == INTAKE_BOT_NO)
                all[k].verdict = INTAKE_BOT_PACE;
    }
}

void intake_signal_many(struct intake_sight *sights, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct intake_sight *s = &sights[i];

        s->verdict = s->alone;
        if (s->alone == INTAKE_BOT_NO && (s->deed == INTAKE_DEED_CLICKED || s->deed == INTAKE_DEED_OPENED))
            s->verdict = letter_verdict(sights, n, s);
    }
    mark_pace(sights, n);
}

/* ---- pace ---- */

enum { SLOTS = 32768, SLOT_BITS = 15, LOOK_US = 1000000 };

struct intake_pace {
    struct slot {
        struct lead_id lead;
        instant since, letter, looked;
        int32_t count, before; /* pages of this stretch, and of the one before */
        bool robot;
    } slots[SLOTS];
    struct arena *arena;
};

struct intake_pace *intake_pace_new(void)
{
    struct arena *a = arena_new(0);
    struct intake_pace *p = ARENA_NEW(a, struct intake_pace);

    p->arena = a;
    return p;
}

void intake_pace_free(struct intake_pace *p)
{
    if (p)
        arena_free(p->arena);
}

static size_t place_of(struct lead_id lead)
{
    return (size_t)(((uint64_t)lead.v * 0x9e3779b97f4a7c15u) >> (64 - SLOT_BITS));
}

static struct slot *slot_of(struct intake_pace *p, struct lead_id lead)
{
    struct slot *s = &p->slots[place_of(lead)];

    if (s->lead.v != lead.v)
        *s = (struct slot){ .lead = lead };
    return s;
}

enum intake_pace_say intake_pace_step(struct intake_pace *p, struct lead_id lead, instant now)
{
    struct slot *s = slot_of(p, lead);
    int64_t age = now - s->since;

    if (age > INTAKE_PACE_US || age < 0) {
        s->before = age > 2 * (int64_t)INTAKE_PACE_US || age < 0 ? 0 : s->count;
        s->count = 0;
        s->since = now;
    }
    s->count++;
    if (s->count + s->before < INTAKE_PACE_PAGES)
        return INTAKE_PACE_QUIET;
    if (s->looked && now >= s->looked && now - s->looked < LOOK_US)
        return s->robot ? INTAKE_PACE_ROBOT : INTAKE_PACE_QUIET;
    return INTAKE_PACE_LOOK;
}

void intake_pace_told(struct intake_pace *p, struct lead_id lead, instant now, bool robot)
{
    struct slot *s = slot_of(p, lead);

    /* One that may still pass is looked at again with its next page: only a robot is let go by. */
    s->looked = robot ? now : 0;
    s->robot = robot;
}

void intake_pace_letter(struct intake_pace *p, struct lead_id lead, instant at)
{
    struct slot *s = slot_of(p, lead);

    if (at > s->letter)
        s->letter = at;
}

bool intake_pace_after_letter(const struct intake_pace *p, struct lead_id lead, instant at)
{
    const struct slot *s = &p->slots[place_of(lead)];

    return s->lead.v == lead.v && s->letter && at <= s->letter + PERSON_US;
}
