/*
 * What the files share. They are C99, loaded by loading.py with ctypes: no Python is called, none is needed to build.
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

/* What a fact is to `reach`, and to the queue of `backward`. */
#define FREE 0  /* not held */
#define HELD 1  /* held, and in the order */
#define GIVEN 2 /* held since this level: in the next front */
#define SHUT 4  /* never held; nothing gives it */
#define LATER 8 /* of `backward`: in the next front */

#define MANY 16 /* a front is large if more than one in so many steps lead into it */

/* A graph's arrays, all of one width; engine/graph.py says what they hold. */
typedef struct {
    int64_t facts, steps, guards, members, listed, given;
    const void *plain_ptr, *guarded_ptr, *target, *source, *guard;
    const void *guard_ptr, *guard_facts;      /* `members` facts of guards */
    const void *fact_guard_ptr, *fact_guards; /* as many guards of facts */
    const void *guard_step_ptr, *guard_steps; /* `listed` steps of guards */
    const void *in_ptr, *in_steps;            /* `given` steps into facts */
} Graph;

#endif
