/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page_cache.h - SQLite's cache of pages, spared a search through all of it at each commit.
 *
 * At the end of each transaction SQLite has its cache drop the pages behind the end of the file. Its cache knows the highest number it ever
 * held and so looks only when there can be such a page. But when a node of a tree is split, and its parts must change places, one
 * of them bears for a moment the number of the page at 1 GiB, which never holds anything; and from then on the cache believes to hold
 * it. So a commit in which any node was split, which is nearly each, walked through every page that is held: 24,000 of them, a
 * miss of the processor's caches each, a seventh of the writer's time, and more the more there was to hold.
 *
 * Here that number is not taken for a page: the cache below is asked to drop only what it can have. Nothing else is different.
 */
#ifndef DB_PAGE_CACHE_H
#define DB_PAGE_CACHE_H

/* Once a program, before anything else of SQLite but its settings. Over whatever cache is set. SQLITE_OK, or SQLITE_MISUSE when SQLite
 * already runs: then the cache stays as it was. */
int page_cache_register(void);

#endif
