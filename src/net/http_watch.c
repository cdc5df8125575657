/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Deadlines. The library knows idle time only, and a byte every few seconds is not idle. So one thread looks at all connections a few
 * times a second, and shuts the sockets of those that are late: their own thread then finds them closed. A connection leaves
 * the ring, under the lock, before its socket is closed: so a number is never shut that belongs to somebody else by now. */
#include "net/http_inner.h"
#include "sys/clock.h"

#include <sys/socket.h>

enum { LOOK_US = 200000, BODY_BYTES_A_SECOND = 16 * 1024 };

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
    if (atomic_load(&k->line_read))
        (void)!send(k->fd, late, sizeof late - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    shutdown(k->fd, SHUT_RDWR);
    atomic_store(&k->ended, true);
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
        pthread_mutex_unlock(&s->lock);
    }
    return NULL;
}
