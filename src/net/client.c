/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/buf.h"
#include "net/address.h"
#include "sys/clock.h"

enum { NETS_MAX = 32, READ_MOST = 64 * 1024, HEAD_MOST = 64 * 1024, KEEP_MOST = 1024 * 1024, SLICE_MS = 1000, ADDRESSES_MAX = 16 };
enum { NAME_CALLED, NAME_OWN, NAMES };

struct client {
    struct arena *arena;
    CURLM *multi;
    struct address_net nets[NETS_MAX];
    size_t net_count;
    char *own_host; /* of the public URL; NULL: not known */
    char *trust;    /* NULL: the system's authorities */
    struct flight *first; /* all that are under way */
    size_t count;
};

/* A name whose addresses are asked for. */
struct name {
    char *host, *port;
    struct gaicb asked;
    struct addrinfo hints;
    CURLM *multi;
    bool asking;
    _Atomic bool known;
};

/* One call under way, in an arena of its own. */
struct flight {
    struct client *client;
    struct arena *arena;
    struct flight *next;
    void *of;
    CURL *easy;
    struct curl_slist *headers, *rcpt, *resolve;
    struct str body;
    size_t sent, keep, got, head_got;
    char *kept;
    bool guarded, forbidden, full, running, ended;
    int64_t begun_us, retry_after_us;
    char why[CURL_ERROR_SIZE], line[200];
    bool asking; /* for names: of whom is called, and the server's own */
    struct name names[NAMES];
};

/* ---- its life ---- */

void client_wake(struct client *client)
{
    curl_multi_wakeup(client->multi);
}

size_t client_count(const struct client *client)
{
    return client->count;
}

static void name_free(struct name *n)
{
    /* A name server may be slow, and the library writes into the name until it is done. */
    if (n->asking && gai_cancel(&n->asked) != EAI_CANCELED)
        while (!atomic_load(&n->known) || gai_error(&n->asked) == EAI_INPROGRESS)
            clock_sleep_us(1000);
    if (n->asked.ar_result)
        freeaddrinfo(n->asked.ar_result);
}

static void flight_free(struct flight *f)
{
    if (f->running)
        curl_multi_remove_handle(f->client->multi, f->easy);
    for (size_t i = 0; i < NAMES; i++)
        name_free(&f->names[i]);
    curl_easy_cleanup(f->easy);
    curl_slist_free_all(f->headers);
    curl_slist_free_all(f->rcpt);
    curl_slist_free_all(f->resolve);
    arena_free(f->arena);
}

void client_close(struct client *client)
{
    while (client->first) {
        struct flight *f = client->first;

        client->first = f->next;
        flight_free(f);
    }
    curl_multi_cleanup(client->multi);
    arena_free(client->arena);
}

void client_cancel(struct client *client, const void *of)
{
    for (struct flight **at = &client->first; *at; at = &(*at)->next)
        if ((*at)->of == of) {
            struct flight *f = *at;

            *at = f->next;
            client->count--;
            flight_free(f);
            return;
        }
}

/* ---- what a URL may be ---- */

static bool port_is_anothers(long port)
{
    /* What answers on these is no web server, and some of them do as they are told by a line of HTTP. */
    static const int ports[] = { 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
                                 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526,
                                 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1433, 1521, 1719, 1720, 1723,
                                 2049, 2375, 2376, 2379, 3306, 3389, 3659, 4045, 5060, 5061, 5432, 5672, 5984, 6000, 6379, 6566, 6665, 6666,
                                 6667, 6668, 6669, 6697, 9042, 9092, 9200, 10080, 11211, 27017 };

    for (size_t i = 0; i < countof(ports); i++)
        if (ports[i] == port)
            return true;
    return false;
}

static void to_16(const struct sockaddr *from, uint8_t to[16])
{
    memset(to, 0, 16);
    if (from->sa_family == AF_INET) {
        to[10] = to[11] = 0xff;
        memcpy(to + 12, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
    } else if (from->sa_family == AF_INET6) {
        memcpy(to, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, 16);
    }
}

/* Is it an address of one of this machine's interfaces, as they are now? */
static bool is_own(const uint8_t bytes[16])
{
    struct ifaddrs *list = NULL;
    bool own = false;

    if (getifaddrs(&list) != 0)
        return false;
    for (struct ifaddrs *one = list; one && !own; one = one->ifa_next) {
        uint8_t its[16];

        if (!one->ifa_addr || (one->ifa_addr->sa_family != AF_INET && one->ifa_addr->sa_family != AF_INET6))
            continue;
        to_16(one->ifa_addr, its);
        own = address_is_same(its, bytes);
    }
    freeifaddrs(list);
    return own;
}

static bool address_allowed(const struct client *client, const struct sockaddr *address)
{
    uint8_t bytes[16];

    to_16(address, bytes);
    return address_may_call(bytes, client->nets, client->net_count) && (address_in_nets(bytes, client->nets, client->net_count) || !is_own(bytes));
}

/* A host that is an address in any spelling that the system's resolver knows: decimal, octal, short. */
static bool host_allowed(const struct client *client, const char *host)
{
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM }, *list = NULL;
    bool allowed = true;

    if (getaddrinfo(host, NULL, &hints, &list) != 0)
        return true;
    for (struct addrinfo *one = list; one; one = one->ai_next)
        allowed = allowed && address_allowed(client, one->ai_addr);
    freeaddrinfo(list);
    return allowed;
}

/* A name of this machine: of its loopback, or the one that the world has for it. */
static bool host_is_own(const struct client *client, struct str host)
{
    if (str_ends(host, STR(".")))
        host.len--;
    return str_eq_nocase(host, STR("localhost")) || (client->own_host && str_eq_nocase(host, str_of(client->own_host)))
           || (host.len > 10 && str_eq_nocase(str_sub(host, host.len - 10, 10), STR(".localhost")));
}

struct url_parts {
    char *scheme, *host, *port, *user;
};

static bool url_parts(struct arena *a, struct str url, struct url_parts *parts)
{
    static const CURLUPart which[] = { CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT, CURLUPART_USER };
    char **to[] = { &parts->scheme, &parts->host, &parts->port, &parts->user };
    CURLU *u = curl_url();
    bool good = u && curl_url_set(u, CURLUPART_URL, str_cz(a, url), CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;

    memset(parts, 0, sizeof *parts);
    for (size_t i = 0; i < countof(which) && good; i++) {
        char *text = NULL;

        if (curl_url_get(u, which[i], &text, which[i] == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0) == CURLUE_OK)
            *to[i] = str_cz(a, str_of(text));
        curl_free(text);
    }
    curl_url_cleanup(u);
    if (good && parts->host && parts->host[0] == '[') {
        size_t len = strlen(parts->host);

        parts->host = str_cz(a, (struct str){ parts->host + 1, len - 2 });
    }
    return good && parts->scheme && parts->host && parts->host[0];
}

/* ---- opening ---- */

enum err client_open(struct ctx *c, const struct client_conf *conf, struct client **client)
{
    struct arena *a = arena_new(0);
    struct client *new = ARENA_NEW(a, struct client);
    struct str networks = conf->networks, piece;
    struct url_parts own;

    new->arena = a;
    if (conf->public_url.len && url_parts(a, conf->public_url, &own))
        new->own_host = own.host;
    if (conf->tls_trust.len && access(new->trust = str_cz(a, conf->tls_trust), R_OK) != 0) {
        arena_free(a);
        return fault_set(c, ERR_BAD_FIELD, "tls_trust: no file " STR_FMT, STR_ARG(conf->tls_trust));
    }
    while (str_next(&networks, ',', &piece)) {
        piece = str_trim(piece);
        if (piece.len == 0)
            continue;
        if (new->net_count == NETS_MAX || !address_net_parse(piece, &new->nets[new->net_count++])) {
            arena_free(a);
            return fault_set(c, ERR_BAD_FIELD, "not a network: " STR_FMT, STR_ARG(piece));
        }
    }
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0 || !(new->multi = curl_multi_init())) {
        arena_free(a);
        return fault_set(c, ERR_AWAY, "no HTTP client");
    }
    curl_multi_setopt(new->multi, CURLMOPT_MAXCONNECTS, 32L);
    *client = new;
    return ERR_NONE;
}

enum err client_url_check(struct ctx *c, const struct client *client, struct str url, bool plain)
{
    struct url_parts parts;
    int64_t port = 0;

    for (size_t i = 0; i < url.len; i++)
        if ((unsigned char)url.ptr[i] <= 32 || url.ptr[i] == 127 || url.ptr[i] == '\\')
            return fault_set(c, ERR_BAD_FIELD, "not an address");
    if (url.len > 2000 || !url_parts(c->arena, url, &parts))
        return fault_set(c, ERR_BAD_FIELD, "not an address");
    if (strcmp(parts.scheme, "https") != 0 && !(plain && strcmp(parts.scheme, "http") == 0))
        return fault_set(c, ERR_BAD_FIELD, "https only");
    if (parts.user)
        return fault_set(c, ERR_BAD_FIELD, "no user in an address");
    if (!parts.port || !str_to_int(str_of(parts.port), &port) || port < 1 || port > 65535 || port_is_anothers((long)port))
        return fault_set(c, ERR_BAD_FIELD, "a port of another protocol");
    if (!host_allowed(client, parts.host)
        || (host_is_own(client, str_of(parts.host)) && client->net_count == 0))
        return fault_set(c, ERR_BAD_FIELD, "address_not_allowed");
    return ERR_NONE;
}

/* ---- a call ---- */

static size_t on_body(char *bytes, size_t size, size_t n, void *self)
{
    struct flight *f = self;
    size_t len = size * n, room = f->got < f->keep ? f->keep - f->got : 0;

    memcpy(f->kept + (f->got < f->keep ? f->got : f->keep), bytes, len < room ? len : room);
    f->got += len;
    if (f->got > f->keep && f->got > READ_MOST) {
        f->full = true;
        return 0;
    }
    return len;
}

static size_t on_head(char *bytes, size_t size, size_t n, void *self)
{
    struct flight *f = self;
    struct str line = { bytes, size * n }, name = STR("retry-after:");
    int64_t seconds;

    f->head_got += line.len;
    if (f->head_got > HEAD_MOST) {
        f->full = true;
        return 0;
    }
    if (f->rcpt) {
        /* SMTP's last word, but a refusal is not forgotten over the goodbye. */
        if (line.len < 4 || line.ptr[0] < '2' || f->line[0] >= '4')
            return line.len;
        struct str said = str_trim(line);
        size_t len = said.len < sizeof f->line - 1 ? said.len : sizeof f->line - 1;

        memcpy(f->line, said.ptr, len);
        f->line[len] = 0;
        return line.len;
    }
    if (line.len > name.len && str_eq_nocase(str_sub(line, 0, name.len), name)) {
        struct str value = str_trim(str_sub(line, name.len, line.len));
        time_t at;

        if (str_to_int(value, &seconds) && seconds >= 0)
            f->retry_after_us = (seconds < 86400 ? seconds : 86400) * SECOND_US;
        else if ((at = curl_getdate(str_cz(f->arena, value), NULL)) > 0)
            f->retry_after_us = (int64_t)at * SECOND_US - clock_now();
        if (f->retry_after_us < 0)
            f->retry_after_us = 0;
    }
    return line.len;
}

static size_t on_send(char *to, size_t size, size_t n, void *self)
{
    struct flight *f = self;
    size_t rest = f->body.len - f->sent, len = size * n < rest ? size * n : rest;

    memcpy(to, f->body.ptr + f->sent, len);
    f->sent += len;
    return len;
}

/* The last word on where a guarded call goes: the very address that is connected to. */
static curl_socket_t on_socket(void *self, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct flight *f = self;

    (void)purpose;
    if (f->guarded && !address_allowed(f->client, &address->addr)) {
        f->forbidden = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static void set_limits(struct flight *f, const struct client_call *call)
{
    CURL *e = f->easy;

    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_PROXY, "");
    curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https,smtp,smtps");
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)(call->connect_us / 1000));
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)(call->whole_us / 1000));
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, f->why);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, f);
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, f);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, f);
    curl_easy_setopt(e, CURLOPT_PRIVATE, f);
    if (f->client->trust)
        curl_easy_setopt(e, CURLOPT_CAINFO, f->client->trust);
}

static void set_http(struct flight *f, const struct client_call *call)
{
    f->headers = curl_slist_append(NULL, "Expect:");
    for (size_t i = 0; i < call->header_count; i++)
        f->headers = curl_slist_append(f->headers, str_cz(f->arena, str_print(f->arena, "%s: " STR_FMT, call->headers[i].name,
                                                                              STR_ARG(call->headers[i].value))));
    curl_easy_setopt(f->easy, CURLOPT_HTTPHEADER, f->headers);
    curl_easy_setopt(f->easy, CURLOPT_POST, 1L);
    curl_easy_setopt(f->easy, CURLOPT_POSTFIELDS, f->body.ptr);
    curl_easy_setopt(f->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)f->body.len);
}

static void set_smtp(struct flight *f, const struct client_call *call)
{
    f->rcpt = curl_slist_append(NULL, str_cz(f->arena, call->to));
    curl_easy_setopt(f->easy, CURLOPT_MAIL_FROM, str_cz(f->arena, call->from));
    curl_easy_setopt(f->easy, CURLOPT_MAIL_RCPT, f->rcpt);
    curl_easy_setopt(f->easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(f->easy, CURLOPT_READFUNCTION, on_send);
    curl_easy_setopt(f->easy, CURLOPT_READDATA, f);
    curl_easy_setopt(f->easy, CURLOPT_USE_SSL, (long)(call->need_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    if (call->user.len) {
        curl_easy_setopt(f->easy, CURLOPT_USERNAME, str_cz(f->arena, call->user));
        curl_easy_setopt(f->easy, CURLOPT_PASSWORD, str_cz(f->arena, call->password));
    }
}

static void on_named(union sigval value)
{
    struct name *n = value.sival_ptr;
    CURLM *multi = n->multi;

    atomic_store(&n->known, true);
    curl_multi_wakeup(multi);
}

/* Asks for the name's addresses on the library's own thread. false: it could not be asked. */
static bool ask_name(struct name *n, CURLM *multi, char *host, char *port)
{
    struct gaicb *list[] = { &n->asked };
    struct sigevent told = { .sigev_notify = SIGEV_THREAD };

    n->host = host;
    n->port = port;
    n->multi = multi;
    n->hints = (struct addrinfo){ .ai_socktype = SOCK_STREAM };
    n->asked = (struct gaicb){ .ar_name = n->host, .ar_service = n->port, .ar_request = &n->hints };
    told.sigev_value.sival_ptr = n;
    told.sigev_notify_function = on_named;
    n->asking = getaddrinfo_a(GAI_NOWAIT, list, 1, &told) == 0;
    return n->asking;
}

/* Beside whom is called the server's own name is asked for: it may be another address than yesterday. */
static bool ask_names(struct flight *f, const struct url_parts *parts)
{
    char *own = f->client->own_host;
    char *port = str_cz(f->arena, str_of(parts->port));

    f->asking = ask_name(&f->names[NAME_CALLED], f->client->multi, str_cz(f->arena, str_of(parts->host)), port);
    if (f->asking && own)
        (void)ask_name(&f->names[NAME_OWN], f->client->multi, own, port);
    return f->asking;
}

enum err client_begin(struct ctx *c, struct client *client, const struct client_call *call, void *of)
{
    struct arena *a = arena_new(0);
    struct flight *f = ARENA_NEW(a, struct flight);
    struct url_parts parts;
    bool mail;

    if (!url_parts(a, call->url, &parts) || !parts.port || !(f->easy = curl_easy_init())) {
        arena_free(a);
        return fault_set(c, ERR_BAD_FIELD, "not an address that can be called");
    }
    mail = strncmp(parts.scheme, "smtp", 4) == 0;
    f->client = client;
    f->arena = a;
    f->of = of;
    f->guarded = call->guarded;
    f->body = str_dup(a, call->body.ptr ? call->body : STR(""));
    f->keep = call->keep_bytes < KEEP_MOST ? call->keep_bytes : KEEP_MOST;
    f->kept = arena_alloc(a, f->keep + 1);
    f->begun_us = clock_mono_us();
    set_limits(f, call);
    curl_easy_setopt(f->easy, CURLOPT_URL, str_cz(a, call->url));
    if (mail)
        set_smtp(f, call);
    else
        set_http(f, call);
    if (call->guarded)
        f->ended = !ask_names(f, &parts);
    else
        f->running = curl_multi_add_handle(client->multi, f->easy) == CURLM_OK;
    f->next = client->first;
    client->first = f;
    client->count++;
    return ERR_NONE;
}

/* ---- the end of it ---- */

typedef void told(void *self, void *of, const struct client_reply *reply);

static void finish(struct flight *f, struct client_reply *reply, told *ended, void *self)
{
    struct flight **at = &f->client->first;

    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    f->client->count--;
    reply->took_us = clock_mono_us() - f->begun_us;
    reply->body = (struct str){ f->kept, f->got < f->keep ? f->got : f->keep };
    reply->retry_after_us = f->retry_after_us;
    ended(self, f->of, reply);
    flight_free(f);
}

static enum client_end end_of(const struct flight *f, CURLcode code)
{
    if (f->forbidden)
        return CLIENT_FORBIDDEN;
    if (f->full)
        return CLIENT_FULL;
    switch (code) {
    case CURLE_OK:
        return CLIENT_ANSWERED;
    case CURLE_OPERATION_TIMEDOUT:
        return CLIENT_TIMEOUT;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_USE_SSL_FAILED:
        return CLIENT_INSECURE;
    default:
        return CLIENT_AWAY;
    }
}

static void finish_called(struct flight *f, CURLcode code, told *ended, void *self)
{
    struct client_reply reply = { .end = end_of(f, code) };
    long status = 0;

    curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
    reply.status = status;
    /* SMTP's refusals are errors to the library, with the server's code beside them: for us they are answers. */
    if (reply.end == CLIENT_AWAY && f->rcpt && status >= 400 && status < 600)
        reply.end = CLIENT_ANSWERED;
    reply.handed_over = f->rcpt && f->body.len > 0 && f->sent == f->body.len;
    if (reply.end == CLIENT_ANSWERED && f->rcpt)
        reply.note = str_of(f->line);
    else if (code != CURLE_OK)
        reply.note = str_of(curl_easy_strerror(code));
    finish(f, &reply, ended, self);
}

/* Is it one of the addresses that the server's own name stands for, and not in a network that is allowed? */
static bool is_named_own(const struct flight *f, const struct sockaddr *address)
{
    uint8_t bytes[16], its[16];

    to_16(address, bytes);
    if (address_in_nets(bytes, f->client->nets, f->client->net_count))
        return false;
    for (const struct addrinfo *one = f->names[NAME_OWN].asked.ar_result; one; one = one->ai_next) {
        to_16(one->ai_addr, its);
        if (address_is_same(its, bytes))
            return true;
    }
    return false;
}

/* The name is known: every address of it is looked at, and those alone are connected to. */
static void name_known(struct flight *f, told *ended, void *self)
{
    const struct name *name = &f->names[NAME_CALLED];
    struct buf pin = buf_new(f->arena, 2000);
    struct client_reply reply = { .end = CLIENT_AWAY, .note = STR("the name is not known") };
    size_t n = 0;

    f->asking = false;
    buf_print(&pin, "%s:%s:", name->host, name->port);
    for (struct addrinfo *one = name->asked.ar_result; one && n < ADDRESSES_MAX; one = one->ai_next) {
        char text[INET6_ADDRSTRLEN];

        if (!address_allowed(f->client, one->ai_addr) || is_named_own(f, one->ai_addr))
            f->forbidden = true;
        if (getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) == 0)
            buf_print(&pin, one->ai_family == AF_INET6 ? "%s[%s]" : "%s%s", n++ ? "," : "", text);
    }
    if (f->forbidden) {
        reply = (struct client_reply){ .end = CLIENT_FORBIDDEN, .note = STR("address_not_allowed") };
    } else if (n) {
        f->resolve = curl_slist_append(NULL, str_cz(f->arena, buf_str(&pin)));
        curl_easy_setopt(f->easy, CURLOPT_RESOLVE, f->resolve);
        f->running = curl_multi_add_handle(f->client->multi, f->easy) == CURLM_OK;
    }
    if (!f->running)
        finish(f, &reply, ended, self);
}

/* Nothing that was asked for is still to come? */
static bool names_known(struct flight *f)
{
    for (size_t i = 0; i < NAMES; i++)
        if (f->names[i].asking && (!atomic_load(&f->names[i].known) || gai_error(&f->names[i].asked) == EAI_INPROGRESS))
            return false;
    return true;
}

static void names(struct client *client, told *ended, void *self)
{
    struct flight *next;

    for (struct flight *f = client->first; f; f = next) {
        struct client_reply reply = { .end = CLIENT_AWAY, .note = STR("the name could not be asked for") };

        next = f->next;
        if (f->asking && names_known(f))
            name_known(f, ended, self);
        else if (f->ended || (!f->asking && !f->running))
            finish(f, &reply, ended, self);
    }
}

void client_wait(struct client *client, int64_t timeout_us, void (*ended)(void *self, void *of, const struct client_reply *reply), void *self)
{
    int64_t until = clock_mono_us() + timeout_us;
    size_t before = client->count;
    int running = 0, left = 0;
    CURLMsg *message;

    for (;;) {
        int64_t rest_ms = (until - clock_mono_us()) / 1000;
        int events = 0;

        names(client, ended, self);
        curl_multi_perform(client->multi, &running);
        while ((message = curl_multi_info_read(client->multi, &left))) {
            struct flight *f = NULL;

            if (message->msg != CURLMSG_DONE)
                continue;
            CURLcode code = message->data.result;

            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&f);
            finish_called(f, code, ended, self);
        }
        if (client->count < before || rest_ms <= 0)
            return;
        int64_t slice = rest_ms < SLICE_MS ? rest_ms : SLICE_MS;
        int64_t at = clock_mono_us();

        if (curl_multi_poll(client->multi, NULL, 0, (int)slice, &events) != CURLM_OK)
            return;
        /* Woken, or a name has come: with no socket ready before the time was over. */
        if (events == 0 && clock_mono_us() - at < slice * 1000 - 1000) {
            names(client, ended, self);
            curl_multi_perform(client->multi, &running);
            return;
        }
    }
}
