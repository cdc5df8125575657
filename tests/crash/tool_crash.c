/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tool_crash.c - the client of script/crash, and its judge.
 *
 *   tool_crash send HOST:PORT KEY FILE LEADS    sends events until SIGTERM; what was acknowledged is written to FILE
 *   tool_crash check DATABASE FILE              nothing acknowledged is lost, nothing is there twice, each crossing has one task, each
 *                                               task one assignment
 *
 * The client behaves as an SDK does: a message that was not answered with 200 is sent again, with the same id, until it is; so each is
 * sent once or more, and after the last start all are there, once. Now and then a message that was acknowledged is sent
 * again. Ids go to FILE after the whole answer has been read and before the next message is made.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/map.h"
#include "db/db.h"
#include "sys/clock.h"

enum { SENDERS = 8, BATCH_MAX = 20, LAST_WAIT_US = 60 * 1000000 };

struct crash {
    struct sockaddr_in to;
    char basic[256];
    FILE *file;
    pthread_mutex_t lock;
    int leads;
    int64_t run;
    atomic_bool stop;
    atomic_llong next, acknowledged, again;
};

struct sender {
    struct crash *crash;
    pthread_t thread;
    uint64_t mix;
    int fd;
};

static uint64_t roll(struct sender *s)
{
    s->mix ^= s->mix << 13;
    s->mix ^= s->mix >> 7;
    s->mix ^= s->mix << 17;
    return s->mix;
}

/* ---- one exchange ---- */

static bool connect_to(struct sender *s)
{
    struct timeval limit = { .tv_sec = 20 };
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(s->fd, (struct sockaddr *)&s->crash->to, sizeof s->crash->to) == 0)
        return true;
    close(s->fd);
    s->fd = -1;
    return false;
}

static bool write_all(int fd, struct str s)
{
    while (s.len) {
        ssize_t n = send(fd, s.ptr, s.len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        s = str_sub(s, (size_t)n, s.len);
    }
    return true;
}

/* The status of a whole answer; 0: the connection ended before it was whole. */
static int answer_read(int fd)
{
    char in[8192];
    size_t got = 0;
    for (;;) {
        ssize_t n = recv(fd, in + got, sizeof in - 1 - got, 0);
        if (n <= 0)
            return 0;
        got += (size_t)n;
        in[got] = '\0';
        char *end = strstr(in, "\r\n\r\n"), *length = strcasestr(in, "content-length:");
        if (!end)
            continue;
        size_t body = length && length < end ? (size_t)atoll(length + 15) : 0;
        if (got >= (size_t)(end + 4 - in) + body)
            return atoi(in + 9);
    }
}

static bool exchange(struct sender *s, struct arena *a, const char *path, struct str body)
{
    struct str request = str_print(a,
                                   "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic %s\r\n"
                                   "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n" STR_FMT,
                                   path, s->crash->basic, body.len, STR_ARG(body));
    if (s->fd < 0 && !connect_to(s))
        return false;
    int status = write_all(s->fd, request) ? answer_read(s->fd) : 0;
    if (status == 200)
        return true;
    close(s->fd);
    s->fd = -1;
    if (status >= 400 && status < 500 && status != 429)
        fprintf(stderr, "an answer that no SDK would try again: %d\n", status);
    return false;
}

/* ---- messages ---- */

static void event_add(struct sender *s, struct buf *b, int64_t number, const char *at)
{
    static const char *const deeds[] = { "Demo Requested", "Form Submitted", "Price List Downloaded", "Webinar Attended" };
    int lead = (int)(roll(s) % (uint64_t)s->crash->leads);
    int64_t run = s->crash->run;
    uint64_t kind = roll(s) % 10;
    if (kind == 0)
        buf_print(b,
                  "{\"type\":\"identify\",\"messageId\":\"m-%lld-%lld\",\"userId\":\"u%d\",\"anonymousId\":\"a%d\",\"timestamp\":\"%s\","
                  "\"traits\":{\"title\":\"%s\",\"name\":\"Lead %d\",\"email\":\"lead%d@firm%d.example\"}}",
                  (long long)run, (long long)number, lead, lead, at, lead % 2 ? "CEO" : "Manager", lead, lead, lead % 9);
    else if (kind < 5)
        buf_print(b,
                  "{\"type\":\"track\",\"event\":\"%s\",\"messageId\":\"m-%lld-%lld\",\"anonymousId\":\"a%d\",\"timestamp\":\"%s\"}",
                  deeds[roll(s) % countof(deeds)], (long long)run, (long long)number, lead, at);
    else
        buf_print(b,
                  "{\"type\":\"page\",\"messageId\":\"m-%lld-%lld\",\"userId\":\"u%d\",\"timestamp\":\"%s\","
                  "\"properties\":{\"path\":\"/pricing\",\"url\":\"https://shop.example/pricing\"}}",
                  (long long)run, (long long)number, lead, at);
}

static void keep(struct crash *crash, int64_t from, int count)
{
    pthread_mutex_lock(&crash->lock);
    for (int i = 0; i < count; i++)
        fprintf(crash->file, "m-%lld-%lld\n", (long long)crash->run, (long long)from + i);
    fflush(crash->file);
    pthread_mutex_unlock(&crash->lock);
    atomic_fetch_add(&crash->acknowledged, count);
}

/* Until it is acknowledged; false: the server has not come back. */
static bool deliver(struct sender *s, struct arena *a, const char *path, struct str body)
{
    int64_t began = clock_mono_us();
    while (!exchange(s, a, path, body)) {
        if (clock_mono_us() - began > LAST_WAIT_US && atomic_load(&s->crash->stop))
            return false;
        atomic_fetch_add(&s->crash->again, 1);
        clock_sleep_us(5000 + (int64_t)(roll(s) % 20000));
    }
    return true;
}

static void *sender_run(void *arg)
{
    struct sender *s = arg;
    struct crash *crash = s->crash;
    struct arena *a = arena_new(0);
    char at[INSTANT_TEXT_MAX];
    while (!atomic_load(&crash->stop)) {
        int count = roll(s) % 3 ? 1 : 1 + (int)(roll(s) % BATCH_MAX);
        int64_t from = atomic_fetch_add(&crash->next, count);
        struct buf b = buf_new(a, 1 << 20);
        struct str time = instant_print(clock_wall(), at);
        buf_print(&b, "{\"sentAt\":\"" STR_FMT "\",\"batch\":[", STR_ARG(time));
        for (int i = 0; i < count; i++) {
            if (i)
                buf_char(&b, ',');
            event_add(s, &b, from + i, str_cz(a, time));
        }
        buf_print(&b, "]}");
        if (!deliver(s, a, "/v1/batch", buf_str(&b)))
            break;
        keep(crash, from, count);
        if (roll(s) % 8 == 0 && !deliver(s, a, "/v1/batch", buf_str(&b))) /* once more, as after an answer that got lost */
            break;
        arena_reset(a);
    }
    if (s->fd >= 0)
        close(s->fd);
    arena_free(a);
    return NULL;
}

static void basic_print(struct crash *crash, const char *key)
{
    struct arena *a = arena_new(0);
    struct str coded = base64_url(a, str_print(a, "%s:", key));
    int n = snprintf(crash->basic, 200, STR_FMT, STR_ARG(coded));
    for (int i = 0; i < n; i++)
        crash->basic[i] = crash->basic[i] == '-' ? '+' : crash->basic[i] == '_' ? '/' : crash->basic[i];
    for (; n % 4; n++)
        crash->basic[n] = '=';
    arena_free(a);
}

static int send_all(char **argv)
{
    static struct crash crash = { .lock = PTHREAD_MUTEX_INITIALIZER };
    struct sender senders[SENDERS] = { 0 };
    sigset_t stop;
    int signal_number;
    char *colon = strrchr(argv[0], ':');
    if (!colon)
        return 2;
    *colon = '\0';
    crash.to = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(colon + 1)) };
    inet_pton(AF_INET, argv[0], &crash.to.sin_addr);
    basic_print(&crash, argv[1]);
    crash.file = fopen(argv[2], "a");
    crash.leads = atoi(argv[3]);
    crash.run = clock_wall() / 1000;
    if (!crash.file || crash.leads <= 0)
        return 2;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    for (int i = 0; i < SENDERS; i++) {
        senders[i] = (struct sender){ &crash, .mix = (uint64_t)crash.run * 977 + (uint64_t)i * 7919 + 1, .fd = -1 };
        pthread_create(&senders[i].thread, NULL, sender_run, &senders[i]);
    }
    sigwait(&stop, &signal_number);
    atomic_store(&crash.stop, true);
    for (int i = 0; i < SENDERS; i++)
        pthread_join(senders[i].thread, NULL);
    fclose(crash.file);
    printf("acknowledged: %lld\nsent_again: %lld\n", (long long)atomic_load(&crash.acknowledged),
           (long long)atomic_load(&crash.again));
    return 0;
}

/* ---- the judge ---- */

static int64_t number(struct ctx *c, struct db_tx *tx, const char *sql)
{
    struct db_rows *r;
    if (db_one(c, tx, sql, DB_NO_ARGS, &r) != ERR_NONE) {
        fprintf(stderr, "%s\n", c->fault.items[0].note);
        exit(2);
    }
    int64_t n = db_col_int(r, 0);
    db_end(r);
    return n;
}

static void kept_read(struct ctx *c, struct db_tx *tx, struct map *kept, int64_t *count)
{
    struct db_rows *r;
    enum err e = db_rows(c, tx, "SELECT message_id FROM event", DB_NO_ARGS, &r);
    *count = 0;
    if (e)
        exit(2);
    while (db_next(r, &e)) {
        map_put(kept, db_col_str(r, 0, c->arena), r);
        (*count)++;
    }
    db_end(r);
}

static int check(char **argv)
{
    struct ctx c = { .arena = arena_new(0) };
    struct map kept = map_new(c.arena, 1 << 16);
    struct db *db;
    struct db_tx *tx;
    char line[256];
    int64_t rows, acknowledged = 0, lost = 0;
    if (db_open(&c, argv[0], 1, &db) != ERR_NONE || db_read(&c, db, &tx) != ERR_NONE) {
        fprintf(stderr, "%s\n", c.fault.items[0].note);
        return 2;
    }
    kept_read(&c, tx, &kept, &rows);
    FILE *f = fopen(argv[1], "r");
    while (f && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        acknowledged++;
        if (!map_find(&kept, str_of(line)) && lost++ < 5)
            fprintf(stderr, "lost: %s\n", line);
    }
    int64_t doubled = number(&c, tx,
                             "SELECT count(*) FROM (SELECT message_id FROM event GROUP BY message_id HAVING count(*) > 1) AS d");
    int64_t crossings = number(&c, tx, "SELECT count(*) FROM crossing");
    int64_t odd_crossings = number(&c, tx,
                                   "SELECT count(*) FROM crossing c WHERE"
                                   " (SELECT count(*) FROM task t WHERE t.crossing_id = c.id) <> 1");
    int64_t odd_tasks = number(&c, tx,
                               "SELECT count(*) FROM task t WHERE t.crossing_id IS NOT NULL AND"
                               " (SELECT count(*) FROM assignment a WHERE a.task_id = t.id) <> 1");
    printf("acknowledged: %lld\nevents: %lld\nlost: %lld\ndoubled: %lld\ncrossings: %lld\n"
           "crossings_without_one_task: %lld\ntasks_without_one_assignment: %lld\n",
           (long long)acknowledged, (long long)rows, (long long)lost, (long long)doubled, (long long)crossings,
           (long long)odd_crossings, (long long)odd_tasks);
    db_drop(tx);
    db_close(db);
    return lost || doubled || odd_crossings || odd_tasks || !acknowledged || !crossings;
}

int main(int argc, char **argv)
{
    if (argc == 6 && strcmp(argv[1], "send") == 0)
        return send_all(argv + 2);
    if (argc == 4 && strcmp(argv[1], "check") == 0)
        return check(argv + 2);
    fprintf(stderr, "tool_crash send HOST:PORT KEY FILE LEADS | check DATABASE FILE\n");
    return 2;
}
