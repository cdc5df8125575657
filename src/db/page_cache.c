/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db/page_cache.h"

#include <sqlite3.h>
#include <stddef.h>

enum { LENT_BYTE = 0x40000000 }; /* whose page SQLite keeps free of data, and lends its number to a node that moves */

struct cache {
    sqlite3_pcache *own;
    unsigned lent, highest; /* numbers of pages */
};

/* The cache that is covered. SQLite's methods are given nothing by which they could be told of it; it is set once, before the first. */
static sqlite3_pcache_methods2 below;

static struct cache *cache_of(sqlite3_pcache *p)
{
    return (struct cache *)p;
}

static void note(struct cache *k, unsigned number)
{
    if (number > k->highest && number != k->lent)
        k->highest = number;
}

static int cache_init(void *arg)
{
    (void)arg;
    return below.xInit ? below.xInit(below.pArg) : SQLITE_OK;
}

static void cache_shutdown(void *arg)
{
    (void)arg;
    if (below.xShutdown)
        below.xShutdown(below.pArg);
}

static sqlite3_pcache *cache_create(int page_bytes, int extra_bytes, int purgeable)
{
    struct cache *k = sqlite3_malloc((int)sizeof *k);

    if (!k)
        return NULL;
    *k = (struct cache){ below.xCreate(page_bytes, extra_bytes, purgeable), (unsigned)(LENT_BYTE / page_bytes) + 1, 0 };
    if (k->own)
        return (sqlite3_pcache *)k;
    sqlite3_free(k);
    return NULL;
}

static void cache_size(sqlite3_pcache *p, int pages)
{
    below.xCachesize(cache_of(p)->own, pages);
}

static int cache_count(sqlite3_pcache *p)
{
    return below.xPagecount(cache_of(p)->own);
}

static sqlite3_pcache_page *cache_fetch(sqlite3_pcache *p, unsigned number, int create)
{
    if (create)
        note(cache_of(p), number);
    return below.xFetch(cache_of(p)->own, number, create);
}

static void cache_unpin(sqlite3_pcache *p, sqlite3_pcache_page *page, int discard)
{
    below.xUnpin(cache_of(p)->own, page, discard);
}

static void cache_rekey(sqlite3_pcache *p, sqlite3_pcache_page *page, unsigned before, unsigned after)
{
    note(cache_of(p), after);
    below.xRekey(cache_of(p)->own, page, before, after);
}

/* Drops first and whatever is behind it. */
static void cache_truncate(sqlite3_pcache *p, unsigned first)
{
    struct cache *k = cache_of(p);

    if (first > k->highest)
        return;
    below.xTruncate(k->own, first);
    k->highest = first - 1;
}

static void cache_destroy(sqlite3_pcache *p)
{
    below.xDestroy(cache_of(p)->own);
    sqlite3_free(p);
}

static void cache_shrink(sqlite3_pcache *p)
{
    below.xShrink(cache_of(p)->own);
}

int page_cache_register(void)
{
    static const sqlite3_pcache_methods2 ours = {
        .iVersion = 1,
        .xInit = cache_init,
        .xShutdown = cache_shutdown,
        .xCreate = cache_create,
        .xCachesize = cache_size,
        .xPagecount = cache_count,
        .xFetch = cache_fetch,
        .xUnpin = cache_unpin,
        .xRekey = cache_rekey,
        .xTruncate = cache_truncate,
        .xDestroy = cache_destroy,
        .xShrink = cache_shrink,
    };
    sqlite3_pcache_methods2 is;
    int rc = sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &is);

    if (rc != SQLITE_OK || is.xFetch == cache_fetch)
        return rc;
    below = is;
    return sqlite3_config(SQLITE_CONFIG_PCACHE2, &ours);
}
