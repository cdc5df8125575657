/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The guard: who calls, and may they.
 *
 * A browser has a session cookie, and says a second word (X-Gradus-Csrf) with each write, which another site cannot know. A program has a
 * key. Either is looked up by SHA-256 and remembered for a second, less when something about users and keys has changed here. */
#include "api/inner.h"
#include "api/rate.h"

#include "base/base64.h"
#include "net/url.h"
#include "sys/clock.h"
#include "sys/crypto.h"
#include "team/key.h"
#include "team/session.h"

enum { REMEMBERED_US = 1000000, TOKEN_BYTES = 256 };

/* ---- tokens in requests --------------------------------------------------------------------------------------------------- */

static struct str cookie_find(const struct http_request *rq, struct str name)
{
    for (size_t i = 0; i < rq->header_count; i++) {
        struct str rest = rq->headers[i].value, piece;

        if (!str_eq_nocase(rq->headers[i].name, STR("cookie")))
            continue;
        while (str_next(&rest, ';', &piece)) {
            piece = str_trim(piece);
            if (str_starts(piece, name) && piece.len > name.len && piece.ptr[name.len] == '=')
                return str_sub(piece, name.len + 1, piece.len);
        }
    }
    return STR_NULL;
}

struct str session_cookie_name(const struct house *house)
{
    return house->secure_cookies ? STR("__Host-gradus_session") : STR("gradus_session");
}

static bool is_token(struct str s)
{
    if (s.len == 0 || s.len > TOKEN_BYTES)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] <= 0x20 || (unsigned char)s.ptr[i] >= 0x7f)
            return false;
    return true;
}

/* "Bearer x" or "Basic base64(x:y)" -> x. STR_NULL: another scheme, or malformed. */
static struct str token_of_header(struct arena *a, struct str header, bool basic)
{
    struct str scheme = basic ? STR("basic ") : STR("bearer "), token, bytes;
    ptrdiff_t colon;

    if (header.len <= scheme.len || !str_eq_nocase(str_sub(header, 0, scheme.len), scheme))
        return STR_NULL;
    token = str_trim(str_sub(header, scheme.len, header.len));
    if (!basic)
        return is_token(token) ? token : STR_NULL;
    if (token.len > 2 * TOKEN_BYTES || !base64_parse(a, token, &bytes))
        return STR_NULL;
    colon = str_find_char(bytes, ':'); /* some SDKs leave it out */
    if (colon >= 0)
        bytes = str_sub(bytes, 0, (size_t)colon);
    return is_token(bytes) ? bytes : STR_NULL;
}

/* ---- who a token names ------------------------------------------------------------------------------------------------------ */

static struct known_actor *slot_of(struct api *api, const uint8_t token[32])
{
    uint64_t h;

    memcpy(&h, token, sizeof h);
    return &api->actors[h % ACTOR_SLOTS];
}

static bool recall(struct api *api, const uint8_t token[32], struct known_actor *known)
{
    struct known_actor *slot = slot_of(api, token);
    bool hit;

    pthread_mutex_lock(&api->actor_lock);
    hit = slot->until_us > clock_mono_us() && slot->generation == atomic_load(&api->generation) &&
          memcmp(slot->token, token, 32) == 0;
    if (hit)
        *known = *slot;
    pthread_mutex_unlock(&api->actor_lock);
    return hit;
}

/* Full: the key is noted a second later, when it is looked up again. */
static void note_used(struct api *api, struct key_id key)
{
    for (size_t i = 0; i < api->used_count; i++)
        if (api->used[i].v == key.v)
            return;
    if (api->used_count < USED_KEYS)
        api->used[api->used_count++] = key;
}

static void remember(struct api *api, struct known_actor *known, int64_t generation)
{
    struct known_actor *slot = slot_of(api, known->token);

    known->until_us = clock_mono_us() + REMEMBERED_US;
    known->generation = generation; /* of before the look-up: what changed meanwhile is looked up again */
    pthread_mutex_lock(&api->actor_lock);
    *slot = *known;
    if (known->actor.kind == ACTOR_KEY)
        note_used(api, (struct key_id){ known->actor.id });
    pthread_mutex_unlock(&api->actor_lock);
}

size_t api_take_used_keys(struct api *api, struct key_use *keys, size_t max)
{
    size_t n;

    pthread_mutex_lock(&api->actor_lock);
    n = api->used_count < max ? api->used_count : max;
    api->used_count -= n;
    for (size_t i = 0; i < n; i++)
        keys[i].id = api->used[api->used_count + i];
    pthread_mutex_unlock(&api->actor_lock);
    for (size_t i = 0; i < n; i++)
        keys[i].paid_until = rate_paid_until(api, keys[i].id);
    return n;
}

void api_forget_actors(const struct house *house)
{
    if (house->api)
        atomic_fetch_add(&house->api->generation, 1);
}

static enum err look_up_key(struct ctx *c, struct db_tx *tx, struct known_actor *known)
{
    struct api_key k;
    struct user maker;
    enum err e = team_key_get(c, tx, known->token, &k);

    if (e)
        return e;
    known->actor = (struct actor){ ACTOR_KEY, k.id.v, k.rights, k.is_public };
    known->paid_until = k.paid_until;
    if (k.scope == KEY_EVENTS)
        known->actor.rights = team_right_bit(RIGHT_EVENT);
    if (k.user.v == 0 || k.scope == KEY_EVENTS)
        return ERR_NONE;
    e = team_user_get(c, tx, k.user, &maker); /* a key has no right that its maker has lost */
    if (e)
        return e;
    known->actor.rights &= team_rights_of_role((enum role)maker.role);
    known->lang = (enum lang)maker.lang;
    return ERR_NONE;
}

static enum err look_up_session(struct ctx *c, struct db_tx *tx, struct known_actor *known)
{
    struct session s;
    enum err e = team_session_get(c, tx, known->token, &s);

    if (e)
        return e;
    known->actor = (struct actor){ ACTOR_USER, s.user.v, team_rights_of_role((enum role)s.role), false };
    known->lang = (enum lang)s.lang;
    known->session = s.id;
    return ERR_NONE;
}

void guard_lang(struct call *call)
{
    struct str rest = http_header_find(call->request, STR("accept-language")), piece;

    while (str_next(&rest, ',', &piece)) {
        piece = str_trim(piece);
        if (str_starts(piece, STR("ru")) || str_starts(piece, STR("en"))) {
            call->ctx.lang = piece.ptr[0] == 'r' ? LANG_RU : LANG_EN;
            return;
        }
    }
}

/* ERR_SIGN_IN: nobody. Uses the call's snapshot, or a short one of its own. */
static enum err find_actor(struct call *call, struct str token, bool session)
{
    struct api *api = call->house->api;
    struct known_actor known = { .lang = call->house->lang };
    struct db_tx *tx = call->tx;
    int64_t generation = atomic_load(&api->generation);
    enum err e = ERR_NONE;

    crypto_sha256(token, known.token);
    if (!recall(api, known.token, &known)) {
        if (!tx)
            e = db_read(&call->ctx, call->house->db, &tx);
        if (e)
            return e;
        e = session ? look_up_session(&call->ctx, tx, &known) : look_up_key(&call->ctx, tx, &known);
        if (tx != call->tx)
            db_drop(tx);
        if (e)
            return e == ERR_NOT_FOUND ? ERR_SIGN_IN : e;
        remember(api, &known, generation);
    }
    call->ctx.actor = known.actor;
    call->ctx.lang = known.lang;
    if (!session) /* a program speaks for others: it says in whose language; a person has chosen one */
        guard_lang(call);
    call->session = known.session;
    call->paid_until = known.paid_until;
    memcpy(call->token, known.token, sizeof call->token);
    return ERR_NONE;
}

enum err guard_again(struct ctx *c, struct db_tx *tx, const uint8_t token[32], bool session, struct actor *actor, enum lang *lang)
{
    struct known_actor known = { 0 };
    enum err e;

    memcpy(known.token, token, sizeof known.token);
    e = session ? look_up_session(c, tx, &known) : look_up_key(c, tx, &known);
    if (e == ERR_NONE) {
        *actor = known.actor;
        *lang = known.lang;
    }
    return e;
}

/* ---- the two ways in ---------------------------------------------------------------------------------------------------------- */

struct str csrf_of(struct call *call)
{
    uint8_t mark[16];

    crypto_mac(call->house->api->secret, str_print(call->ctx.arena, "csrf %lld", (long long)call->session), mark);
    return base64_url(call->ctx.arena, (struct str){ (const char *)mark, sizeof mark });
}

/* A browser says whose page a request comes from. Which host is ours: the public URL's, the one that was asked, or the one a proxy was asked
 * for; a foreign page can set none of them. Programs that keep a cookie name no origin. */
static bool is_foreign(struct call *call)
{
    struct str origin = http_header_find(call->request, STR("origin"));
    struct str from = url_authority(origin);

    if (str_is_null(origin))
        return str_eq(http_header_find(call->request, STR("sec-fetch-site")), STR("cross-site"));
    return !from.len || (!str_eq_nocase(from, url_authority(call->house->public_url))
                         && !str_eq_nocase(from, http_header_find(call->request, STR("host")))
                         && !str_eq_nocase(from, http_header_find(call->request, STR("x-forwarded-host"))));
}

static enum err check_csrf(struct call *call)
{
    struct str word = http_header_find(call->request, STR("x-gradus-csrf"));
    enum http_method method = call->request->method;

    if (method == GET || method == HEAD)
        return ERR_NONE;
    if (is_foreign(call))
        return fault_set(&call->ctx, ERR_FORBIDDEN, "a page of another origin");
    if (word.len == call->csrf.len && crypto_equal(word.ptr, call->csrf.ptr, word.len))
        return ERR_NONE;
    return fault_set(&call->ctx, ERR_FORBIDDEN, "X-Gradus-Csrf is missing or is not this session's");
}

static enum err identify(struct call *call)
{
    const struct http_request *rq = call->request;
    struct str header = http_header_find(rq, STR("authorization")), token;
    struct str cookie = cookie_find(rq, session_cookie_name(call->house));
    bool events = call->endpoint->door == DOOR_EVENTS;
    enum err e;

    if (!str_is_null(header)) {
        token = http_header_count(rq, STR("authorization")) == 1 ? token_of_header(call->ctx.arena, header, events)
                                                                  : STR_NULL;
        if (events && str_is_null(token))
            token = token_of_header(call->ctx.arena, header, false);
        return str_is_null(token) ? ERR_SIGN_IN : find_actor(call, token, false);
    }
    if (events || !is_token(cookie))
        return ERR_NONE;
    e = find_actor(call, cookie, true);
    if (e == ERR_NONE)
        call->csrf = csrf_of(call);
    return e == ERR_SIGN_IN ? ERR_NONE : e; /* an old cookie is no cookie: sign-in must work with one */
}

enum err guard_call(struct call *call)
{
    const struct endpoint *row = call->endpoint;
    enum err e;

    if (row->door == DOOR_BARE)
        return ERR_NONE;
    e = identify(call);
    if (e)
        return e;
    if (row->door == DOOR_EVENTS)
        return ERR_NONE; /* guard_events, once the body is read */
    if (row->right == RIGHT_NONE)
        return ERR_NONE;
    if (call->ctx.actor.kind == ACTOR_NOBODY)
        return ERR_SIGN_IN;
    e = rate_calls(call);
    if (e)
        return e;
    if (!team_right_has(&call->ctx.actor, row->right))
        return ERR_FORBIDDEN;
    return call->session ? check_csrf(call) : ERR_NONE;
}

enum err write_key_use(struct call *call, struct str key)
{
    if (call->ctx.actor.kind != ACTOR_NOBODY)
        return ERR_NONE;
    return is_token(key) ? find_actor(call, key, false) : ERR_SIGN_IN;
}

enum err guard_events(struct call *call)
{
    enum err e = ERR_NONE;

    if (call->endpoint->door != DOOR_EVENTS || call->endpoint->right == RIGHT_NONE)
        return ERR_NONE;
    if (call->ctx.actor.kind == ACTOR_NOBODY)
        e = write_key_use(call, url_find_pair(call->ctx.arena, call->request->query, STR("writeKey")));
    if (e)
        return e;
    return team_right_has(&call->ctx.actor, call->endpoint->right) ? ERR_NONE : ERR_FORBIDDEN;
}
