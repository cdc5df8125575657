/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/config.h"

#include <stdio.h>
#include <stdlib.h>

#include "lead/normal.h"

enum kind { KIND_TEXT, KIND_NUMBER, KIND_TRUTH };
enum source { FROM_DEFAULT, FROM_FILE, FROM_ENVIRONMENT, FROM_COMMAND_LINE };
enum { FILE_BYTES = 64 * 1024, SETTINGS_MAX = 64 };

#define TEXT(field, preset, help)           { #field, KIND_TEXT, offsetof(struct config, field), preset, 0, 0, help, NULL, NULL }
#define TEXT_OF(field, preset, fits, want, help) { #field, KIND_TEXT, offsetof(struct config, field), preset, 0, 0, help, fits, want }
#define NUMBER(field, preset, min, max, help) { #field, KIND_NUMBER, offsetof(struct config, field), preset, min, max, help, NULL, NULL }
#define TRUTH(field, help)                  { #field, KIND_TRUTH, offsetof(struct config, field), "false", 0, 0, help, NULL, NULL }

static bool is_listen(struct str s)
{
    ptrdiff_t colon = -1;
    int64_t port;

    for (size_t i = 0; i < s.len; i++)
        colon = s.ptr[i] == ':' ? (ptrdiff_t)i : colon;
    return colon >= 0 && str_to_int(str_sub(s, (size_t)colon + 1, s.len), &port) && port >= 0 && port <= 65535;
}

static bool is_lang(struct str s)
{
    return str_eq(s, STR("ru")) || str_eq(s, STR("en"));
}

static bool is_public_url(struct str s)
{
    size_t head = str_starts(s, STR("https://")) ? 8 : str_starts(s, STR("http://")) ? 7 : 0;

    return s.len == 0 || (head && s.len > head && s.ptr[head] != '/');
}

/* The one table of settings. */
static const struct {
    const char *name;
    enum kind kind;
    size_t offset;
    const char *preset;
    int64_t min, max;
    const char *help;
    bool (*fits)(struct str value); /* TEXT: NULL takes anything */
    const char *want;
} settings[] = {
    TEXT_OF(listen, "127.0.0.1:8080", is_listen, "an address and a port up to 65535, as 127.0.0.1:8080", "address and port of the server"),
    TEXT(tls_cert, "", "file of the certificate, with its chain, in PEM: TLS on that port; empty: none"),
    TEXT(tls_key, "", "file of its key, in PEM; read at the start, as the certificate is"),
    TEXT(data, "data", "folder of the database and of files that wait"),
    TEXT(database, "", "postgresql://...; empty: SQLite in the data folder"),
    TEXT_OF(public_url, "", is_public_url, "an address that begins with https:// or http://", "how browsers reach the server, https://...; other Host headers are refused then"),
    TEXT(trusted_proxy, "", "address of a proxy whose X-Forwarded-For is believed"),
    TEXT(telegram_api, "https://api.telegram.org", "root of Telegram's Bot API: another for a server of one's own, or a proxy"),
    TEXT(allow_networks, "", "private networks that webhooks and the mail relay may be in: 10.1.0.0/16, 192.168.1.7; else they are refused"),
    TEXT(tls_trust, "", "file of authorities in PEM by which the mail relay, webhooks and Telegram are believed; empty: the system's"),
    TRUTH(plain_hooks, "let webhooks go to http:// too"),
    TEXT(log_level, "info", "error, warn, info or debug"),
    TEXT_OF(lang, "ru", is_lang, "ru or en", "language of those who have not chosen: ru or en"),
    TEXT_OF(phone_region, "RU", lead_region_is_known, "a country whose numbers are known, in two letters, as RU", "country of phone numbers that name none"),
    NUMBER(threads, "0", 0, 64, "threads that read requests; 0: two a core"),
    /* One: several wait for each other's leads. Measured with 16 clients: 14,000 events a second with one, 900 with four. */
    NUMBER(writers, "1", 1, 32, "threads that write on PostgreSQL; SQLite has two, in turn"),
    NUMBER(readers, "0", 0, 256, "connections that read; 0: as many as threads that may"),
    NUMBER(group_calls, "128", 1, 256, "requests that may share a commit"),
    NUMBER(queue_calls, "4096", 1, 1000000, "requests that may wait for a writer"),
    NUMBER(public_events, "6000", 0, 1000000000, "events a minute with a browser's key from one address; 0: no limit"),
    NUMBER(key_calls, "60000", 0, 60000000, "calls a minute with one key of the API; 0: no limit"),
    NUMBER(read_ms, "20000", 0, 3600000, "milliseconds for a question that somebody waits for; longer ones are told 503; 0: no limit"),
    NUMBER(max_connections, "8192", 16, 100000, "connections open at once"),
    NUMBER(head_seconds, "10", 1, 600, "for the head of a request"),
    NUMBER(body_seconds, "30", 1, 3600, "for its body, and a second more for each 16 KiB"),
    NUMBER(idle_seconds, "75", 1, 3600, "between requests, and for a reader that does not read"),
    TRUTH(test_clock, "let tests move the clock (GRADUS_NOW, POST /test/clock)"),
    TEXT(now, "", "what the test clock shows at the start; needs test_clock"),
};

/* Where the values of the last reading came from: told by config_print, read once at the start of the program. */
static enum source sources[SETTINGS_MAX];

static char *external_name(const char *name, const char *head, bool capitals, char to[80])
{
    int n = snprintf(to, 80, "%s%s", head, name);

    for (int i = (int)strlen(head); i < n; i++)
        if (capitals)
            to[i] = to[i] == '_' ? '_' : (char)(to[i] >= 'a' && to[i] <= 'z' ? to[i] - 32 : to[i]);
        else if (to[i] == '_')
            to[i] = '-';
    return to;
}

static enum err set(struct ctx *c, struct config *config, size_t i, struct str value, enum source from)
{
    char *at = (char *)config + settings[i].offset;
    int64_t number;

    sources[i] = from;
    switch (settings[i].kind) {
    case KIND_TEXT:
        if (settings[i].fits && !settings[i].fits(value))
            return fault_set(c, ERR_BAD_FIELD, "%s is to be %s", settings[i].name, settings[i].want);
        *(struct str *)(void *)at = str_of(str_cz(c->arena, value));
        return ERR_NONE;
    case KIND_NUMBER:
        if (!str_to_int(value, &number) || number < settings[i].min || number > settings[i].max)
            return fault_set(c, ERR_BAD_FIELD, "%s is to be a number from %lld to %lld", settings[i].name,
                             (long long)settings[i].min, (long long)settings[i].max);
        *(int64_t *)(void *)at = number;
        return ERR_NONE;
    default:
        *(bool *)at = str_eq(value, STR("true")) || str_eq(value, STR("1")) || str_eq(value, STR("yes"));
        if (!*(bool *)at && !str_eq(value, STR("false")) && !str_eq(value, STR("0")) && !str_eq(value, STR("no")))
            return fault_set(c, ERR_BAD_FIELD, "%s is to be true or false", settings[i].name);
        return ERR_NONE;
    }
}

static enum err read_line(struct ctx *c, struct config *config, struct str line)
{
    ptrdiff_t eq = str_find_char(line, '=');
    struct str name;

    line = str_trim(line);
    if (line.len == 0 || line.ptr[0] == '#')
        return ERR_NONE;
    if (eq < 0)
        return fault_set(c, ERR_BAD_FIELD, "a line of the settings has no '='");
    eq = str_find_char(line, '=');
    name = str_trim(str_sub(line, 0, (size_t)eq));
    for (size_t i = 0; i < countof(settings); i++)
        if (str_eq(name, str_of(settings[i].name)))
            return set(c, config, i, str_trim(str_sub(line, (size_t)eq + 1, line.len)), FROM_FILE);
    return fault_set(c, ERR_BAD_FIELD, "no such setting: " STR_FMT, STR_ARG(name));
}

static enum err read_file(struct ctx *c, const char *path, struct config *config)
{
    FILE *f = fopen(path, "re");
    char *text = arena_alloc(c->arena, FILE_BYTES);
    struct str rest, line;
    enum err e = ERR_NONE;

    if (!f)
        return fault_set(c, ERR_BAD_FIELD, "cannot read %s", path);
    rest = (struct str){ text, fread(text, 1, FILE_BYTES, f) };
    fclose(f);
    for (int at = 1; e == ERR_NONE && str_next(&rest, '\n', &line); at++) {
        e = read_line(c, config, line);
        if (e)
            (void)fault_set(c, e, "%s, line %d", path, at);
    }
    return e;
}

enum err config_read(struct ctx *c, struct args *args, struct config *config)
{
    const char *path = args_option(args, "--config");
    char name[80];
    enum err e = ERR_NONE;

    memset(config, 0, sizeof *config);
    for (size_t i = 0; i < countof(settings) && e == ERR_NONE; i++)
        e = set(c, config, i, str_of(settings[i].preset), FROM_DEFAULT);
    if (!path)
        path = getenv("GRADUS_CONFIG");
    if (e == ERR_NONE && path)
        e = read_file(c, path, config);
    for (size_t i = 0; i < countof(settings) && e == ERR_NONE; i++) {
        const char *value = getenv(external_name(settings[i].name, "GRADUS_", true, name));

        if (value)
            e = set(c, config, i, str_of(value), FROM_ENVIRONMENT);
    }
    for (size_t i = 0; i < countof(settings) && e == ERR_NONE; i++) {
        const char *value = NULL;

        external_name(settings[i].name, "--", false, name);
        if (settings[i].kind == KIND_TRUTH)
            value = args_flag(args, name) ? "true" : NULL;
        else
            value = args_option(args, name);
        if (value)
            e = set(c, config, i, str_of(value), FROM_COMMAND_LINE);
    }
    return e;
}

void config_print(const struct config *config, struct buf *to)
{
    static const char *const names[] = { "default", "file", "environment", "command line" };

    for (size_t i = 0; i < countof(settings); i++) {
        const char *at = (const char *)config + settings[i].offset;

        buf_print(to, "%-16s ", settings[i].name);
        if (settings[i].kind == KIND_TEXT)
            buf_add(to, *(const struct str *)(const void *)at);
        else if (settings[i].kind == KIND_NUMBER)
            buf_int(to, *(const int64_t *)(const void *)at);
        else
            buf_add(to, *(const bool *)at ? STR("true") : STR("false"));
        buf_print(to, "   (%s) %s\n", names[sources[i]], settings[i].help);
    }
}

static void take(struct args *args, int at, int count)
{
    for (int i = at; i + count < args->count; i++)
        args->items[i] = args->items[i + count];
    args->count -= count;
}

const char *args_option(struct args *args, const char *name)
{
    size_t len = strlen(name);

    for (int i = 0; i < args->count; i++) {
        char *word = args->items[i];

        if (strcmp(word, name) == 0 && i + 1 < args->count) {
            const char *value = args->items[i + 1];

            take(args, i, 2);
            return value;
        }
        if (strncmp(word, name, len) == 0 && word[len] == '=') {
            take(args, i, 1);
            return word + len + 1;
        }
    }
    return NULL;
}

bool args_flag(struct args *args, const char *name)
{
    for (int i = 0; i < args->count; i++)
        if (strcmp(args->items[i], name) == 0) {
            take(args, i, 1);
            return true;
        }
    return false;
}

const char *args_next(struct args *args)
{
    const char *word;

    if (args->count == 0)
        return NULL;
    word = args->items[0];
    take(args, 0, 1);
    return word;
}
