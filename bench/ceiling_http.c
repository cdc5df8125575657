/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ceiling_http.c - what the HTTP library gives when a reply waits for another thread and says nothing.
 *
 *   ceiling_http PORT
 *
 * Each POST is read whole, suspended, handed to one thread, which at once resumes all that wait; the answer says success. The same calls of libmicrohttpd as net/http_server.c makes, and nothing else.
 */
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct waiting {
    struct MHD_Connection *connection;
    int state; /* 0 reading, 1 suspended, 2 resumed */
    struct waiting *next;
};

struct line {
    pthread_mutex_t lock;
    pthread_cond_t come;
    struct waiting *first;
};

static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *size, void **state)
{
    struct line *line = cls;
    struct waiting *w = *state;
    (void)url, (void)method, (void)version, (void)data;
    if (!w) {
        *state = calloc(1, sizeof *w);
        return *state ? MHD_YES : MHD_NO;
    }
    if (*size) {
        *size = 0;
        return MHD_YES;
    }
    if (w->state == 0) {
        w->state = 1;
        w->connection = connection;
        MHD_suspend_connection(connection);
        pthread_mutex_lock(&line->lock);
        w->next = line->first;
        line->first = w;
        pthread_cond_signal(&line->come);
        pthread_mutex_unlock(&line->lock);
        return MHD_YES;
    }
    struct MHD_Response *r = MHD_create_response_from_buffer(16, (void *)"{\"success\":true}", MHD_RESPMEM_PERSISTENT);
    enum MHD_Result done = MHD_queue_response(connection, 200, r);
    MHD_destroy_response(r);
    return done;
}

static void ended(void *cls, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
    (void)cls, (void)connection, (void)code;
    free(*state);
}

static void *resume(void *arg)
{
    struct line *line = arg;
    for (;;) {
        pthread_mutex_lock(&line->lock);
        while (!line->first)
            pthread_cond_wait(&line->come, &line->lock);
        struct waiting *w = line->first;
        line->first = NULL;
        pthread_mutex_unlock(&line->lock);
        while (w) {
            struct waiting *next = w->next;
            w->state = 2;
            MHD_resume_connection(w->connection);
            w = next;
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static struct line line = { .lock = PTHREAD_MUTEX_INITIALIZER, .come = PTHREAD_COND_INITIALIZER };
    pthread_t thread;
    if (argc < 2 || pthread_create(&thread, NULL, resume, &line) != 0)
        return 2;
    struct MHD_Daemon *d = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, (uint16_t)atoi(argv[1]), NULL, NULL, answer, &line,
        MHD_OPTION_NOTIFY_COMPLETED, ended, NULL, MHD_OPTION_CONNECTION_LIMIT, 1024u, MHD_OPTION_END);
    if (!d)
        return 2;
    pause();
    MHD_stop_daemon(d);
    return 0;
}
