/* What leads to some facts: the loop of engine/slice.py. */
#ifndef GRAPHSCAN_BODY

#include "kernel.h"

#define GRAPHSCAN_BODY
#define I int32_t
#define U uint32_t
#define NAME(name) name##_32
#include "slice.c"
#undef I
#undef U
#undef NAME
#define I int64_t
#define U uint64_t
#define NAME(name) name##_64
#include "slice.c"

#else /* what follows is compiled twice */

static int NAME(in_order)(const void *a, const void *b)
{
    I left = *(const I *)a, right = *(const I *)b;
    return (left > right) - (left < right);
}

/* Sort the front of a queue by number, as `sort_front` does; its facts are flagged GIVEN. */
static void NAME(sort_queue)(I *front, int64_t count, const uint8_t *flags, int64_t facts)
{
    if (count > facts / 128) {
        int64_t at = 0;
        for (int64_t fact = 0; fact < facts && at < count; fact++)
            if (flags[fact] == GIVEN)
                front[at++] = (I)fact;
    } else {
        qsort(front, (size_t)count, sizeof *front, NAME(in_order));
    }
}

/* Add a fact to the slice, and to the queue unless nothing more is asked of it. */
#define NEED(fact_)                                                                                                    \
    do {                                                                                                               \
        I need = (fact_);                                                                                              \
        if (RARE(!INSIDE(need, facts)))                                                                                \
            return WRONG_ARRAY;                                                                                        \
        touched[need] = 1;                                                                                             \
        if (!seen[need]) {                                                                                             \
            if (RARE(total >= facts))                                                                                  \
                return WRONG_FACT;                                                                                     \
            seen[need] = LATER;                                                                                        \
            queue[total++] = need;                                                                                     \
        }                                                                                                              \
    } while (0)

/* Take a step back to what it needs, if it fired. */
#define TAKE(one_)                                                                                                     \
    do {                                                                                                               \
        const I from = source[one_], number = guard[one_];                                                             \
        if (RARE(!INSIDE(from, facts) || number < -1 || (number >= 0 && !INSIDE(number, g->guards))))                  \
            return WRONG_ARRAY;                                                                                        \
        if (!held[from] || from == avoid)                                                                              \
            break;                                                                                                     \
        if (number >= 0) {                                                                                             \
            I low = guard_ptr[number], high = guard_ptr[number + 1];                                                   \
            if (!met[number]) {                                                                                        \
                if (RARE(!ROW_INSIDE(low, high, g->members)))                                                          \
                    return WRONG_ARRAY;                                                                                \
                met[number] = 1;                                                                                       \
                for (I m = low; m < high; m++) {                                                                       \
                    if (RARE(!INSIDE(guard_facts[m], facts)))                                                          \
                        return WRONG_ARRAY;                                                                            \
                    if (!held[guard_facts[m]] || guard_facts[m] == avoid)                                              \
                        met[number] = 2;                                                                               \
                }                                                                                                      \
            }                                                                                                          \
            if (met[number] == 2)                                                                                      \
                break;                                                                                                 \
            for (I m = low; m < high; m++)                                                                             \
                NEED(guard_facts[m]);                                                                                  \
        }                                                                                                              \
        count += !used[one_];                                                                                          \
        used[one_] = 1;                                                                                                \
        NEED(from);                                                                                                    \
    } while (0)

/*
 * Follow fired steps back from some facts through all of their preconditions.
 *
 * held:    (F) what is reached; a step that needs the fact `avoid` (-1: none) counts as not fired.
 * seen:    (F) what needs no derivation; what is found is added. Fronts are gone through in order of number: the rows
 *          of a front then lie one after the other, and so does much of what they lead to. Of a front to which many
 *          of all steps lead, the steps are read in their own order, which is that of their sources (as Beamer, Asanović
 *          and Patterson, "Direction-optimizing breadth-first search", SC 2012, do).
 * met:     (G) zeroed scratch: whether a guard is met, once that was asked.
 * queue:   (F) scratch, its first `total` places the facts to begin with, which are `seen`.
 * touched: (F) zeroed; the facts that are needed.      used: (S) zeroed; the steps.
 * Returns the number of steps, or what was wrong.
 */
API int64_t NAME(backward)(const Graph *g, const uint8_t *held, int64_t avoid, uint8_t *seen, uint8_t *met, I *queue,
                           int64_t total, uint8_t *touched, uint8_t *used)
{
    const I *in_ptr = g->in_ptr, *in_steps = g->in_steps, *source = g->source, *guard = g->guard;
    const I *guard_ptr = g->guard_ptr, *guard_facts = g->guard_facts, *target = g->target;
    const int64_t facts = g->facts;
    int64_t count = 0;

    for (int64_t at = 0; at < total; at++)
        if (!INSIDE(queue[at], facts))
            return WRONG_FACT;
    for (int64_t at = 0, end, upto = 0; at < total; at = end) {
        if (at == upto) { /* a new front */
            int64_t into = 0;
            upto = total;
            for (int64_t k = at; k < upto; k++)
                seen[queue[k]] = GIVEN;
            NAME(sort_queue)(queue + at, upto - at, seen, facts);
            for (int64_t k = at; k < upto; k++) {
                I first = in_ptr[queue[k]], last = in_ptr[queue[k] + 1];
                if (RARE(!ROW_INSIDE(first, last, g->given)))
                    return WRONG_ARRAY;
                into += last - first;
            }
            if (into > g->steps / MANY) {
                for (int64_t s = 0; s < g->steps; s++) {
                    if (RARE(!INSIDE(target[s], facts)))
                        return WRONG_ARRAY;
                    if (seen[target[s]] == GIVEN)
                        TAKE(s);
                }
                end = upto;
            } else {
                end = at;
            }
            for (int64_t k = at; k < upto; k++)
                seen[queue[k]] = HELD;
            if (end == upto)
                continue;
        }
        end = at + BLOCK < upto ? at + BLOCK : upto;
        for (int64_t k = at; k < end; k++)
            FETCH(&in_ptr[queue[k]]);
        for (int64_t k = at; k < end; k++) {
            I first = in_ptr[queue[k]], last = in_ptr[queue[k] + 1];
            if (RARE(!ROW_INSIDE(first, last, g->given)))
                return WRONG_ARRAY;
            FETCH(&in_steps[first]);
        }
        for (int pass = 0; pass < 2; pass++)
            for (int64_t k = at; k < end; k++) {
                I first = in_ptr[queue[k]], last = in_ptr[queue[k] + 1];
                if (last - first > AHEAD)
                    last = first + AHEAD;
                for (I i = first; i < last; i++) {
                    if (RARE(!INSIDE(in_steps[i], g->steps)))
                        return WRONG_ARRAY;
                    if (!pass) {
                        FETCH(&source[in_steps[i]]);
                        FETCH(&guard[in_steps[i]]);
                    } else if (INSIDE(source[in_steps[i]], facts)) {
                        FETCH(&held[source[in_steps[i]]]);
                        FETCH(&seen[source[in_steps[i]]]);
                    }
                }
            }
        for (int64_t k = at; k < end; k++) {
            I first = in_ptr[queue[k]], last = in_ptr[queue[k] + 1];
            for (I i = first; i < last; i++) {
                const I one = in_steps[i];
                if (last - i > AHEAD && INSIDE(in_steps[i + AHEAD], g->steps)) {
                    FETCH(&source[in_steps[i + AHEAD]]);
                    FETCH(&guard[in_steps[i + AHEAD]]);
                }
                if (RARE(!INSIDE(one, g->steps)))
                    return WRONG_ARRAY;
                TAKE(one);
            }
        }
    }
    return count;
}

#undef TAKE
#undef NEED

#endif
