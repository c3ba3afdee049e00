/* What follows from some facts: the loop of engine/reach.py; and checks of whole arrays. */
#ifndef GRAPHSCAN_BODY

#include "kernel.h"

#ifndef GRAPHSCAN_SOURCE
#define GRAPHSCAN_SOURCE "unknown"
#endif

API const char graphscan_source[] = GRAPHSCAN_SOURCE; /* SHA-256 of these files, from build.py */

static int ascending(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/*
 * Sort a front by number: rows then lie one after the other in memory. `flags` tells its facts from all others by the
 * value `flag`, so that a large front is read off them.
 */
static void sort_front(int64_t *front, int64_t count, const uint8_t *flags, int64_t facts, uint8_t flag)
{
    if (count > facts / 128) {
        int64_t at = 0;
        for (int64_t fact = 0; fact < facts && at < count; fact++)
            if (flags[fact] == flag)
                front[at++] = fact;
    } else if (count < 24) {
        for (int64_t i = 1; i < count; i++) {
            int64_t one = front[i], j = i;
            for (; j > 0 && front[j - 1] > one; j--)
                front[j] = front[j - 1];
            front[j] = one;
        }
    } else {
        qsort(front, (size_t)count, sizeof *front, ascending);
    }
}

#define GRAPHSCAN_BODY
#define I int32_t
#define U uint32_t
#define NAME(name) name##_32
#include "reach.c"
#undef I
#undef U
#undef NAME
#define I int64_t
#define U uint64_t
#define NAME(name) name##_64
#include "reach.c"

#else /* what follows is compiled twice */

/* Let a step give its target unless that was held before; of the steps of one level the lowest number stays. */
#define GIVE(step_)                                                                                                    \
    do {                                                                                                               \
        I to = target[step_];                                                                                          \
        if (RARE(!INSIDE(to, facts)))                                                                                  \
            return WRONG_ARRAY;                                                                                        \
        if (held[to] == FREE) {                                                                                        \
            if (RARE(total >= facts))                                                                                  \
                return WRONG_ARRAY;                                                                                    \
            held[to] = GIVEN;                                                                                          \
            step[to] = (I)(step_);                                                                                     \
            order[total++] = to;                                                                                       \
        } else if (held[to] == GIVEN && (I)(step_) < step[to]) {                                                       \
            step[to] = (I)(step_);                                                                                     \
        }                                                                                                              \
    } while (0)

/* Fire the steps first … last-1 of one fact: all, or those whose guard lacks nothing. */
#define FIRE(ptr_, guarded_)                                                                                           \
    for (int64_t at = from; at < upto; at += BLOCK) {                                                                  \
        int64_t end = at + BLOCK < upto ? at + BLOCK : upto;                                                           \
        for (int64_t k = at; k < end; k++) {                                                                           \
            I first = ptr_[order[k]], last = ptr_[order[k] + 1];                                                       \
            if (RARE(!ROW_INSIDE(first, last, g->steps)))                                                              \
                return WRONG_ARRAY;                                                                                    \
            FETCH(&target[first]);                                                                                     \
            if (guarded_)                                                                                              \
                FETCH(&guard[first]);                                                                                  \
        }                                                                                                              \
        for (int64_t k = at; k < end; k++) {                                                                           \
            I first = ptr_[order[k]], last = ptr_[order[k] + 1];                                                       \
            if (last - first > AHEAD)                                                                                  \
                last = first + AHEAD;                                                                                  \
            for (I s = first; s < last; s++)                                                                           \
                if (guarded_) {                                                                                        \
                    if (INSIDE(guard[s], g->guards))                                                                   \
                        FETCH(&lacking[guard[s]]);                                                                     \
                } else if (INSIDE(target[s], facts)) {                                                                 \
                    FETCH(&held[target[s]]);                                                                           \
                }                                                                                                      \
        }                                                                                                              \
        for (int64_t k = at; k < end; k++) {                                                                           \
            I first = ptr_[order[k]], last = ptr_[order[k] + 1];                                                       \
            for (I s = first; s < last; s++) {                                                                         \
                if (last - s > AHEAD && INSIDE(target[s + AHEAD], facts))                                              \
                    FETCH(&held[target[s + AHEAD]]);                                                                   \
                if (guarded_) {                                                                                        \
                    I number = guard[s];                                                                               \
                    if (RARE(!INSIDE(number, g->guards)))                                                              \
                        return WRONG_ARRAY;                                                                            \
                    if (lacking[number] > 0)                                                                           \
                        continue;                                                                                      \
                }                                                                                                      \
                GIVE(s);                                                                                               \
            }                                                                                                          \
        }                                                                                                              \
    }

/*
 * Fire steps until nothing new is held; level by level, each in order of number.
 *
 * held, step:    (F) filled with what to go on from, or with 0 and -1.
 * lacking:       (G) scratch.          opened: (G) scratch.
 * order:         (F) the first `done` places are filled with what to go on from.
 * starts, shut:  facts.
 * Returns how many facts `order` then holds, or what was wrong.
 */
API int64_t NAME(reach)(const Graph *g, uint8_t *held, I *step, I *lacking, I *opened, int64_t *order, int64_t done,
                        const int64_t *starts, int64_t start_count, const int64_t *shut, int64_t shut_count)
{
    const I *plain_ptr = g->plain_ptr, *guarded_ptr = g->guarded_ptr, *target = g->target, *source = g->source;
    const I *guard = g->guard, *guard_ptr = g->guard_ptr, *guard_facts = g->guard_facts;
    const I *fact_guard_ptr = g->fact_guard_ptr, *fact_guards = g->fact_guards;
    const I *guard_step_ptr = g->guard_step_ptr, *guard_steps = g->guard_steps;
    const int64_t facts = g->facts;
    int64_t total = done, from = done, upto;

    for (int64_t number = 0; number < g->guards; number++) {
        I first = guard_ptr[number], last = guard_ptr[number + 1], count;
        if (RARE(!ROW_INSIDE(first, last, g->members)))
            return WRONG_ARRAY;
        count = last - first;
        if (done)
            for (I at = first; at < last; at++) {
                if (RARE(!INSIDE(guard_facts[at], facts)))
                    return WRONG_ARRAY;
                count -= held[guard_facts[at]] == HELD;
            }
        lacking[number] = count;
    }
    for (int64_t i = 0; i < shut_count; i++) {
        if (shut[i] < 0 || shut[i] >= facts)
            return WRONG_FACT;
        held[shut[i]] = SHUT;
    }
    for (int64_t i = 0; i < start_count; i++) {
        if (starts[i] < 0 || starts[i] >= facts)
            return WRONG_FACT;
        if (held[starts[i]] == FREE) {
            if (total >= facts)
                return WRONG_ARRAY;
            held[starts[i]] = GIVEN;
            order[total++] = starts[i];
        }
    }
    for (; from < total; from = upto) {
        int64_t open = 0;
        upto = total;
        sort_front(order + from, upto - from, held, facts, GIVEN);
        for (int64_t k = from; k < upto; k++)
            held[order[k]] = HELD;
        FIRE(plain_ptr, 0)
        if (!g->guards)
            continue;
        for (int64_t k = from; k < upto; k++) {
            I first = fact_guard_ptr[order[k]], last = fact_guard_ptr[order[k] + 1];
            if (RARE(!ROW_INSIDE(first, last, g->members)))
                return WRONG_ARRAY;
            for (I at = first; at < last; at++) {
                I number = fact_guards[at];
                if (RARE(!INSIDE(number, g->guards)))
                    return WRONG_ARRAY;
                if (--lacking[number] == 0) {
                    if (RARE(open >= g->guards))
                        return WRONG_ARRAY;
                    opened[open++] = number;
                }
            }
        }
        FIRE(guarded_ptr, 1)
        /* Steps whose guard has just been met and whose source was held before. */
        for (int64_t i = 0; i < open; i++) {
            I first = guard_step_ptr[opened[i]], last = guard_step_ptr[opened[i] + 1];
            if (RARE(!ROW_INSIDE(first, last, g->listed)))
                return WRONG_ARRAY;
            for (I at = first; at < last; at++) {
                I one = guard_steps[at];
                if (RARE(!INSIDE(one, g->steps) || !INSIDE(source[one], facts)))
                    return WRONG_ARRAY;
                if (held[source[one]] == HELD)
                    GIVE(one);
            }
        }
    }
    for (int64_t i = 0; i < shut_count; i++)
        held[shut[i]] = FREE;
    return total;
}

#undef GIVE
#undef FIRE

/* Return whether all numbers are at least `low` and below `high`. */
API int64_t NAME(within)(const I *items, int64_t count, int64_t low, int64_t high)
{
    I least = count ? items[0] : 0, most = least;

    for (int64_t i = 1; i < count; i++) {
        least = items[i] < least ? items[i] : least;
        most = items[i] > most ? items[i] : most;
    }
    return !count || (least >= low && most < high);
}

/* Return whether no number is less than the one before it. */
API int64_t NAME(rising)(const I *items, int64_t count)
{
    I falls = 0;

    for (int64_t i = 1; i < count; i++)
        falls |= items[i] < items[i - 1];
    return !falls;
}

#endif
