/*
 * What both files share. They are C99, loaded by loading.py with ctypes: no Python is called, none is needed to build.
 *
 * Every function does what the numpy code does, to the last bit. No number read from an array is used as a place before
 * it is known to lie inside: what is wrong ends in a negative result, not in a crash. Scratch space comes from the
 * caller, so nothing is allocated here. Each file includes itself, once for each width of number.
 */
#ifndef GRAPHSCAN_KERNEL_H
#define GRAPHSCAN_KERNEL_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#if defined(_WIN32)
#define API __declspec(dllexport)
#else
#define API __attribute__((visibility("default")))
#endif
#if defined(__GNUC__) || defined(__clang__)
#define FETCH(address) __builtin_prefetch(address)
#define RARE(condition) __builtin_expect(!!(condition), 0)
#else
#define FETCH(address) ((void)(address))
#define RARE(condition) (condition)
#endif

#define WRONG_ARRAY (-1) /* an array names what is not there */
#define WRONG_FACT (-2)  /* an argument does */

#define BLOCK 128 /* rows whose memory is asked for together, before the first is walked */
#define AHEAD 24  /* items of a row that are asked for ahead */

/* Of numbers of the width at hand: I signed, U unsigned. */
#define INSIDE(number, count) ((U)(number) < (U)(count))
#define ROW_INSIDE(first, last, count) ((first) >= 0 && (first) <= (last) && (last) <= (count))

#endif
