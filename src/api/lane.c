/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lanes: where calls wait for a thread of their kind. */
#include "api/inner.h"

#include "sys/clock.h"

static struct call *take(struct lane *lane)
{
    struct call *first, *last;

    pthread_mutex_lock(&lane->lock);
    while (!lane->first && !lane->stopping)
        pthread_cond_wait(&lane->come, &lane->lock);
    first = last = lane->first;
    if (first) {
        int64_t n = 1;

        while (last->next && n < lane->take) {
            last = last->next;
            n++;
        }
        lane->first = last->next;
        if (!lane->first)
            lane->last = NULL;
        lane->waiting -= n;
        last->next = NULL;
    }
    pthread_mutex_unlock(&lane->lock);
    return first;
}

/* The turn is had before anything is taken: what comes while others work goes together. */
static struct call *take_in_turn(struct lane *lane)
{
    struct call *first;

    if (!lane->in_turn)
        return take(lane);
    pthread_mutex_lock(&lane->work);
    first = take(lane);
    if (!first)
        pthread_mutex_unlock(&lane->work);
    return first;
}

static void *serve(void *self)
{
    struct lane *lane = self;
    struct call *first;

    while ((first = take_in_turn(lane)) != NULL)
        lane->run(lane, first);
    return NULL;
}

int64_t lane_pass(struct lane *lane)
{
    int64_t turn = 0;

    if (lane->in_turn) {
        turn = lane->turn++;
        pthread_mutex_unlock(&lane->work);
    }
    return turn;
}

void lane_wait(struct lane *lane, int64_t turn)
{
    if (!lane->in_turn)
        return;
    pthread_mutex_lock(&lane->lock);
    while (lane->told != turn)
        pthread_cond_wait(&lane->told_one, &lane->lock);
    pthread_mutex_unlock(&lane->lock);
}

void lane_told(struct lane *lane)
{
    if (!lane->in_turn)
        return;
    pthread_mutex_lock(&lane->lock);
    lane->told++;
    pthread_cond_broadcast(&lane->told_one);
    pthread_mutex_unlock(&lane->lock);
}

void lane_open(struct lane *lane, struct api *api, int threads, int64_t many, int64_t room,
               void (*run)(struct lane *, struct call *))
{
    lane->api = api;
    lane->run = run;
    lane->take = many;
    lane->room = room;
    pthread_mutex_init(&lane->lock, NULL);
    pthread_mutex_init(&lane->work, NULL);
    pthread_cond_init(&lane->come, NULL);
    pthread_cond_init(&lane->told_one, NULL);
    for (int i = 0; i < threads && i < LANE_THREADS_MAX; i++)
        if (pthread_create(&lane->thread[lane->threads], NULL, serve, lane) == 0)
            lane->threads++;
    assert(lane->threads > 0);
}

bool lane_put(struct lane *lane, struct call *call)
{
    bool taken;

    call->next = NULL;
    call->queued = clock_mono_us();
    pthread_mutex_lock(&lane->lock);
    taken = !lane->stopping && lane->waiting < lane->room;
    if (taken) {
        if (lane->last)
            lane->last->next = call;
        else
            lane->first = call;
        lane->last = call;
        lane->waiting++;
        pthread_cond_signal(&lane->come);
    }
    pthread_mutex_unlock(&lane->lock);
    return taken;
}

void lane_close(struct lane *lane)
{
    pthread_mutex_lock(&lane->lock);
    lane->stopping = true;
    pthread_cond_broadcast(&lane->come);
    pthread_mutex_unlock(&lane->lock);
    for (int i = 0; i < lane->threads; i++)
        pthread_join(lane->thread[i], NULL);
    lane->threads = 0;
}

int64_t lane_waiting(struct lane *lane)
{
    int64_t n;

    pthread_mutex_lock(&lane->lock);
    n = lane->waiting;
    pthread_mutex_unlock(&lane->lock);
    return n;
}
