/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* load.c - sends requests over many connections and says how long it took.
 *
 *   load HOST:PORT KEY batch EVENTS LEADS CONNECTIONS PER_BATCH FIRST    POST /v1/batch
 *   load HOST:PORT KEY identify LEADS LEADS CONNECTIONS PER_BATCH FIRST  the same, making the leads
 *   load HOST:PORT KEY track EVENTS LEADS CONNECTIONS 1 FIRST            POST /v1/track, one event a request
 *   load HOST:PORT KEY get REQUESTS FILE CONNECTIONS                     GET of the file's lines, in turn
 *
 * LOAD_RATE=N in the environment: no more than N requests a second are begun.
 *
 * FIRST is the number of the first event: its message id, so that runs after each other repeat nothing. Each event has an instant of its own, a
 * microsecond after the one before it: making the requests takes longer, so none is of the future when it is sent, and of one lead they come
 * in their order, as a visitor's do. (Had all of a run one instant, half of those of one lead would be late and their lead be told anew from
 * its history.) Every request is made before
 * the clock starts, and one thread sends them: on a machine of two cores the client must not be what is measured.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/buf.h"

struct request {
    char *ptr;
    size_t len;
};

struct connection {
    int fd;
    size_t sent, got;
    const struct request *now;
    int64_t began;
    char in[1 << 16];
};

struct load {
    struct sockaddr_in to;
    struct request *requests;
    size_t count, next, done, failed, connections;
    int64_t *times;
    int64_t rate, began; /* requests a second, 0: no limit */
    struct connection **idle;
    size_t idle_count;
};

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void die(const char *what)
{
    perror(what);
    exit(2);
}

/* ---- what is sent ---- */

static const char *const pages[] = { "/", "/pricing", "/blog/how-to-choose", "/docs/start", "/careers",
                                     "/customers", "/blog/ten-questions", "/features", "/integrations", "/about" };
static const char *const deeds[] = { "Demo Requested", "Price List Downloaded", "Email Opened", "Email Clicked",
                                     "Webinar Attended", "Form Submitted", "Video Played", "Chat Started" };

static void time_text(char out[32], int64_t us)
{
    time_t s = us / 1000000;
    struct tm tm;
    size_t n;
    gmtime_r(&s, &tm);
    n = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + n, 32 - n, ".%06dZ", (int)(us % 1000000));
}

/* Nine of ten are page views, as on a site; each of the rest is a deed. 400 to 500 bytes, as SDKs send; the message id has the millisecond
 * of its making, as theirs has. */
static void event_print(struct buf *b, int64_t number, int64_t ms, int64_t lead, const char *at, bool typed)
{
    uint64_t mix = (uint64_t)number * UINT64_C(0x9e3779b97f4a7c15) >> 20;
    const char *page = pages[mix % countof(pages)];
    bool deed = mix / 16 % 10 == 0;
    if (deed)
        buf_print(b, "{%s\"event\":\"%s\",", typed ? "\"type\":\"track\"," : "", deeds[mix / 256 % countof(deeds)]);
    else if (typed)
        buf_print(b, "{\"type\":\"page\",\"name\":\"\",");
    else
        buf_print(b, "{\"event\":\"Page Viewed\",");
    buf_print(b,
              "\"messageId\":\"node-next-%lld-%lld-bench-6a1f0c\",\"anonymousId\":\"bench-%lld\",\"timestamp\":\"%s\","
              "\"properties\":{\"path\":\"%s\",\"url\":\"https://shop.example%s?utm_source=mail\",\"title\":\"Page %d\",\"value\":%d},"
              "\"context\":{\"userAgent\":\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36\","
              "\"locale\":\"ru-RU\",\"ip\":\"203.0.113.7\",\"library\":{\"name\":\"analytics-node\",\"version\":\"3.1.0\"}}}",
              (long long)ms, (long long)number, (long long)lead, at, page, page, (int)(mix % 1000), (int)(mix / 7 % 100));
}

static void identify_print(struct buf *b, int64_t number, int64_t lead, const char *at)
{
    static const char *const titles[] = { "CEO", "Manager", "Engineer", "Sales director", "Accountant" };
    buf_print(b,
              "{\"type\":\"identify\",\"messageId\":\"identify-%lld\",\"anonymousId\":\"bench-%lld\",\"timestamp\":\"%s\","
              "\"traits\":{\"name\":\"Lead Number %lld\",\"title\":\"%s\",\"company\":\"Company %lld\"}}",
              (long long)number, (long long)lead, at, (long long)lead, titles[lead % 5], (long long)(lead / 7));
}

static void post_make(struct request *r, struct arena *a, struct buf *body, const char *path, const char *basic)
{
    struct str s = str_print(a,
                             "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic %s\r\n"
                             "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n" STR_FMT,
                             path, basic, body->len, STR_ARG(buf_str(body)));
    r->len = s.len;
    r->ptr = malloc(s.len);
    if (!r->ptr)
        die("memory");
    memcpy(r->ptr, s.ptr, s.len);
}

/* The common alphabet, with padding. */
static void basic_print(char out[256], struct arena *a, const char *key)
{
    struct str coded = base64_url(a, str_print(a, "%s:", key));
    int n = snprintf(out, 200, STR_FMT, STR_ARG(coded));
    for (int i = 0; i < n; i++)
        out[i] = out[i] == '-' ? '+' : out[i] == '_' ? '/' : out[i];
    for (; n % 4; n++)
        out[n] = '=';
    out[n] = '\0';
}

static void posts_make(struct load *l, const char *key, const char *kind, int64_t events, int64_t leads, int64_t per,
                       int64_t first)
{
    struct arena *a = arena_new(0);
    bool batch = strcmp(kind, "track") != 0, identify = strcmp(kind, "identify") == 0;
    char basic[256], sent[32], at[32];
    struct timespec t;
    int64_t began;
    basic_print(basic, a, key);
    clock_gettime(CLOCK_REALTIME, &t);
    began = (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
    time_text(sent, began);
    l->count = (size_t)((events + per - 1) / per);
    l->requests = calloc(l->count, sizeof *l->requests);
    for (size_t i = 0; i < l->count; i++) {
        arena_reset(a);
        struct buf body = buf_new(a, 8 << 20);
        if (batch)
            buf_print(&body, "{\"sentAt\":\"%s\",\"batch\":[", sent);
        for (int64_t j = 0; j < per && (int64_t)i * per + j < events; j++) {
            int64_t n = first + (int64_t)i * per + j;
            uint64_t mix = (uint64_t)n * UINT64_C(0xd1342543de82ef95) >> 16;
            if (j)
                buf_char(&body, ',');
            time_text(at, began + (n - first));
            if (identify)
                identify_print(&body, n, n, at);
            else
                event_print(&body, n, began / 1000 + (n - first) / 10, (int64_t)(mix % (uint64_t)leads), at, batch);
        }
        if (batch)
            buf_print(&body, "]}");
        post_make(&l->requests[i], a, &body, batch ? "/v1/batch" : "/v1/track", basic);
    }
    arena_free(a);
}

static void gets_make(struct load *l, const char *key, size_t count, const char *path)
{
    char line[2048], request[4096];
    size_t lines = 0;
    FILE *f = fopen(path, "r");
    if (!f)
        die(path);
    l->count = count;
    l->requests = calloc(count, sizeof *l->requests);
    while (lines < count && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        int n = snprintf(request, sizeof request,
                         "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n", line, key);
        l->requests[lines++] = (struct request){ strdup(request), (size_t)n };
    }
    fclose(f);
    for (size_t i = lines; lines && i < count; i++)
        l->requests[i] = l->requests[i % lines];
}

/* ---- sending ---- */

static void connect_to(struct load *l, struct connection *k)
{
    int one = 1;
    k->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (k->fd < 0 || connect(k->fd, (struct sockaddr *)&l->to, sizeof l->to) != 0)
        die("connect");
    setsockopt(k->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(k->fd, F_SETFL, O_NONBLOCK);
}

static bool early(const struct load *l)
{
    return l->rate && (now_us() - l->began) * l->rate < (int64_t)l->next * 1000000;
}

static bool begin(struct load *l, struct connection *k)
{
    if (l->next < l->count && early(l)) {
        k->now = NULL;
        l->idle[l->idle_count++] = k;
        return false;
    }
    k->now = l->next < l->count ? &l->requests[l->next++] : NULL;
    k->sent = k->got = 0;
    k->began = now_us();
    return k->now != NULL;
}

static void push(struct connection *k)
{
    while (k->now && k->sent < k->now->len) {
        ssize_t n = write(k->fd, k->now->ptr + k->sent, k->now->len - k->sent);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0)
            die("write");
        k->sent += (size_t)n;
    }
}

/* The whole answer's length, 0: not here yet. */
static size_t answer_len(const struct connection *k, int *status)
{
    struct str all = { k->in, k->got };
    ptrdiff_t end = str_find(all, STR("\r\n\r\n"));
    int64_t length = 0;
    if (end < 0)
        return 0;
    *status = atoi(k->in + 9);
    struct str rest = str_sub(all, 0, (size_t)end), line;
    while (str_next(&rest, '\n', &line)) {
        ptrdiff_t colon = str_find_char(line, ':');
        if (colon > 0 && str_eq_nocase(str_sub(line, 0, (size_t)colon), STR("content-length")))
            str_to_int(str_trim(str_sub(line, (size_t)colon + 1, line.len)), &length);
    }
    size_t whole = (size_t)end + 4 + (size_t)length;
    if (whole > sizeof k->in) { /* too long to keep: what has been read is forgotten, the rest is skipped */
        fprintf(stderr, "an answer of %zu bytes\n", whole);
        exit(2);
    }
    return k->got >= whole ? whole : 0;
}

static void pull(struct load *l, struct connection *k)
{
    int status = 0;
    ssize_t n = read(k->fd, k->in + k->got, sizeof k->in - k->got);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0)
        die("the server closed a connection");
    k->got += (size_t)n;
    if (!answer_len(k, &status))
        return;
    l->times[l->done++] = now_us() - k->began;
    if (status != 200 && l->failed++ == 0)
        fprintf(stderr, "answer: %.*s\n", (int)(k->got < 600 ? k->got : 600), k->in);
    if (begin(l, k))
        push(k);
}

static void run(struct load *l)
{
    int poll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct connection *all = calloc(l->connections, sizeof *all);
    l->idle = calloc(l->connections + 1, sizeof(struct connection *));
    l->began = now_us();
    struct epoll_event events[256];
    for (size_t i = 0; i < l->connections; i++) {
        connect_to(l, &all[i]);
        struct epoll_event e = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = &all[i] };
        epoll_ctl(poll_fd, EPOLL_CTL_ADD, all[i].fd, &e);
        begin(l, &all[i]);
    }
    while (l->done < l->count) {
        int n = epoll_wait(poll_fd, events, countof(events), l->rate ? 1 : 30000);
        while (l->idle_count && !early(l) && begin(l, l->idle[--l->idle_count]))
            push(l->idle[l->idle_count]);
        if (n == 0 && !l->rate) {
            fprintf(stderr, "no answer for 30 s: %zu of %zu\n", l->done, l->count);
            exit(2);
        }
        for (int i = 0; i < n; i++) {
            struct connection *k = events[i].data.ptr;
            if (events[i].events & EPOLLOUT)
                push(k);
            if (events[i].events & EPOLLIN)
                pull(l, k);
        }
    }
    for (size_t i = 0; i < l->connections; i++)
        close(all[i].fd);
    free(all);
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void address(struct load *l, char *text)
{
    char *colon = strrchr(text, ':');
    if (!colon)
        die("HOST:PORT");
    *colon = '\0';
    l->to = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(colon + 1)) };
    if (inet_pton(AF_INET, text, &l->to.sin_addr) != 1)
        die("HOST");
}

int main(int argc, char **argv)
{
    struct load l = { 0 };
    if (argc < 7) {
        fprintf(stderr, "load HOST:PORT KEY batch|identify|track|get COUNT LEADS|FILE CONNECTIONS [PER FIRST]\n");
        return 2;
    }
    address(&l, argv[1]);
    int64_t count = atoll(argv[4]), per = argc > 7 ? atoll(argv[7]) : 1, first = argc > 8 ? atoll(argv[8]) : 0;
    if (strcmp(argv[3], "get") == 0)
        gets_make(&l, argv[2], (size_t)count, argv[5]);
    else
        posts_make(&l, argv[2], argv[3], count, atoll(argv[5]), per, first);
    l.rate = getenv("LOAD_RATE") ? atoll(getenv("LOAD_RATE")) : 0;
    l.connections = (size_t)atoll(argv[6]);
    l.times = calloc(l.count + 1, sizeof *l.times);
    int64_t began = now_us();
    run(&l);
    int64_t spent = now_us() - began;
    qsort(l.times, l.count, sizeof *l.times, by_time);
    printf("sent: %lld\nfailed: %zu\nseconds: %.3f\nper_second: %.0f\np50_us: %lld\np99_us: %lld\n", (long long)count,
           l.failed, (double)spent / 1e6, (double)count * 1e6 / (double)spent, (long long)l.times[l.count / 2],
           (long long)l.times[l.count * 99 / 100]);
    return l.failed ? 1 : 0;
}
