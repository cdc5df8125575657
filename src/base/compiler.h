/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* compiler.h - what every file may lean on: attributes, counting, and functions that are never called.
 *
 * The banned ones either cannot say how much they write or read the locale; base/buf.h and base/str.h
 * have what replaces them.
 */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NODISCARD            __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, va) __attribute__((format(printf, fmt, va)))
#define UNUSED               __attribute__((unused))
#define NORETURN             __attribute__((noreturn))

#define countof(array) (sizeof(array) / sizeof((array)[0]))

#endif
