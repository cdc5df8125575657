/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sorted.h - lists in the order of a number that each item begins with: an id, or a row whose first member is one.
 *
 * Rows come from the database in such an order, and are then looked for by their id again and again. size is that of an item; the number is an
 * int64_t at its beginning, and nothing else of it is looked at. All is pure.
 */
#ifndef BASE_SORTED_H
#define BASE_SORTED_H

#include <stddef.h>
#include <stdint.h>

enum sorted_order { SORTED_RISING, SORTED_FALLING };

/* Where the first item stands that does not come before key: that of key, if there is one, else where it would have to stand. */
size_t sorted_at(const void *items, size_t count, size_t size, enum sorted_order order, int64_t key);
/* An item with this key; NULL: none. Rising. */
void *sorted_find(const void *items, size_t count, size_t size, int64_t key);
/* Puts items in order and keeps one of those that have the same number. How many are left. */
size_t sorted_once(void *items, size_t count, size_t size, enum sorted_order order);

#endif
