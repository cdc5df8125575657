/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fix.h - fixed-point arithmetic for points: millionths in int64_t.
 *
 * Whatever crosses a threshold must replay to the same bits on any machine, so no double is used; products pass
 * through 128 bits and round half away from zero.
 */
#ifndef BASE_FIX_H
#define BASE_FIX_H

#include "base/str.h"

typedef int64_t fix;

#define FIX_ONE ((fix)1000000)

/* a * num / den, rounded half away from zero, saturated. den > 0. */
int64_t fix_muldiv(int64_t a, int64_t num, int64_t den);
/* value * 2^(-age/half_life), age and half_life in the same unit, half_life > 0, age >= 0. Monotone: never rises in age in
 * magnitude, exactly value at 0, exactly value/2 (rounded) at half_life. 0 once under half a millionth. */
fix fix_halve(fix value, int64_t age, int64_t half_life);
/* Nearest integer, half away from zero: what people are shown. */
int64_t fix_round(fix value);
fix fix_clamp(fix value, fix floor, fix ceiling);
#define FIX_TEXT_MAX 32
/* "12.5", "-5", "0.333333": as short as exact. */
struct str fix_print(fix value, char out[FIX_TEXT_MAX]);
/* A decimal number with up to 6 decimals, |value| < 9e12; false otherwise. */
bool fix_parse(struct str s, fix *value);

/* A number as JSON writes it, with any decimals and exponent: what lies behind the sixth decimal is cut off, what is too large is the
 * largest. s must be such a number. */
fix fix_cut(struct str s);

#endif
