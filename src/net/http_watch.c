/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Deadlines. The library knows idle time only, and a byte every few seconds is not idle. So one thread looks at all connections a few
 * times a second, and shuts the sockets of those that are late: their own thread then finds them closed. A connection leaves
 * the ring, under the lock, before its socket is closed: so a number is never shut that belongs to somebody else by now.
 *
 * The same thread reads on where an answer was the last one of a connection (http_linger): on a second descriptor of the socket, for two seconds at
 * most, and a bounded number of sockets; so who is still writing gets to see why he is refused. */
#include "net/http_inner.h"
#include "sys/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    LOOK_US = 200000,
    BODY_BYTES_A_SECOND = 16 * 1024,
    LINGER_US = 2 * SECOND_US,
    DROP_BYTES = 64 * 1024,
    DROPS = 64                  /* a look and socket: 20 MB a second at most */
};

int64_t http_now_us(void)
{
    return clock_mono_us();
}

static bool is_late(const struct http_server *s, const struct http_conn *k, int64_t now)
{
    int64_t spent = now - atomic_load(&k->since_us);

    switch (atomic_load(&k->phase)) {
    case PHASE_HEAD:
        if (atomic_load(&k->fresh) || atomic_load(&k->line_read))
            return spent > s->conf.head_deadline_us;
        return spent > s->conf.idle_us;
    case PHASE_BODY:
        return spent > s->conf.body_deadline_us +
                           atomic_load(&k->body_bytes) / BODY_BYTES_A_SECOND * SECOND_US;
    default:
        return false;
    }
}

static void end_late(struct http_conn *k)
{
    static const char late[] = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n"
                               "Content-Type: application/problem+json\r\nContent-Length: 62\r\n\r\n"
                               "{\"type\":\"/problems/timeout\",\"title\":\"Too slow\",\"status\":408}\r\n";

    /* In these phases nothing of ours is on its way, so this cannot cut into a reply. */
    if (atomic_load(&k->line_read) && !k->server->tls.on)
        (void)!send(k->fd, late, sizeof late - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    shutdown(k->fd, SHUT_RDWR);
    atomic_store(&k->ended, true);
}

/* Under the lock. */
static void linger_drop(struct http_server *s, int i)
{
    close(s->lingers[i].fd);
    s->linger_count--;
    memmove(&s->lingers[i], &s->lingers[i + 1], (size_t)(s->linger_count - i) * sizeof *s->lingers);
}

void http_linger(struct http_conn *k)
{
    struct http_server *s = k->server;
    int fd = fcntl(k->fd, F_DUPFD_CLOEXEC, 0);

    if (fd < 0)
        return;
    pthread_mutex_lock(&s->lock);
    if (s->linger_count == (int)countof(s->lingers))
        linger_drop(s, 0);
    s->lingers[s->linger_count++] = (struct http_linger){ fd, http_now_us() + LINGER_US };
    pthread_mutex_unlock(&s->lock);
}

void http_linger_end(struct http_server *s)
{
    while (s->linger_count > 0)
        linger_drop(s, s->linger_count - 1);
}

/* Reads what has come. false: the other side has closed, too. */
static bool linger_read(int fd, char *piece)
{
    ssize_t n = 1;

    for (int i = 0; i < DROPS && n > 0; i++)
        n = recv(fd, piece, DROP_BYTES, MSG_DONTWAIT);
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static void linger_look(struct http_server *s, int64_t now)
{
    char piece[DROP_BYTES];

    for (int i = s->linger_count; i-- > 0;)
        if (now > s->lingers[i].until_us || !linger_read(s->lingers[i].fd, piece))
            linger_drop(s, i);
}

void *http_watch(void *server)
{
    struct http_server *s = server;

    while (!atomic_load(&s->stopping)) {
        int64_t now;

        clock_sleep_us(LOOK_US);
        now = http_now_us();
        pthread_mutex_lock(&s->lock);
        for (struct http_conn *k = s->conns.next; k != &s->conns; k = k->next)
            if (!atomic_load(&k->ended) && is_late(s, k, now))
                end_late(k);
        linger_look(s, now);
        pthread_mutex_unlock(&s->lock);
    }
    return NULL;
}
