/* What follows from some facts, and what leads to some: the loops of engine/reach.py and engine/slice.py. */
#ifndef GRAPHSCAN_BODY

#include "kernel.h"

#ifndef GRAPHSCAN_SOURCE
#define GRAPHSCAN_SOURCE "unknown"
#endif

API const char graphscan_source[] = GRAPHSCAN_SOURCE; /* SHA-256 of these files, from build.py */

/* What a fact is to `reach`. */
#define FREE 0  /* not held */
#define HELD 1  /* held, and in the order */
#define GIVEN 2 /* held since this level: in the next front */
#define SHUT 4  /* never held; nothing gives it */

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

/* A graph's arrays, all of one width; engine/graph.py says what they hold. */
typedef struct {
    int64_t facts, steps, guards, members, listed, given;
    const void *plain_ptr, *guarded_ptr, *target, *source, *guard;
    const void *guard_ptr, *guard_facts;      /* `members` facts of guards */
    const void *fact_guard_ptr, *fact_guards; /* as many guards of facts */
    const void *guard_step_ptr, *guard_steps; /* `listed` steps of guards */
    const void *in_ptr, *in_steps;            /* `given` steps into facts */
} Graph;

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
            seen[need] = GIVEN;                                                                                        \
            queue[total++] = need;                                                                                     \
        }                                                                                                              \
    } while (0)

/*
 * Follow fired steps back from some facts through all of their preconditions.
 *
 * held:    (F) what is reached; a step that needs the fact `avoid` (-1: none) counts as not fired.
 * seen:    (F) what needs no derivation; what is found is added. Fronts are gone through in order of number: the rows
 *          of a front then lie one after the other, and so does much of what they lead to.
 * met:     (G) zeroed scratch: whether a guard is met, once that was asked.
 * queue:   (F) scratch, its first `total` places the facts to begin with, which are `seen`.
 * touched: (F) zeroed; the facts that are needed.      used: (S) zeroed; the steps.
 * Returns the number of steps, or what was wrong.
 */
API int64_t NAME(backward)(const Graph *g, const uint8_t *held, int64_t avoid, uint8_t *seen, uint8_t *met, I *queue,
                           int64_t total, uint8_t *touched, uint8_t *used)
{
    const I *in_ptr = g->in_ptr, *in_steps = g->in_steps, *source = g->source, *guard = g->guard;
    const I *guard_ptr = g->guard_ptr, *guard_facts = g->guard_facts;
    const int64_t facts = g->facts;
    int64_t count = 0;

    for (int64_t at = 0; at < total; at++) {
        if (!INSIDE(queue[at], facts))
            return WRONG_FACT;
        seen[queue[at]] = GIVEN;
    }
    for (int64_t at = 0, end, upto = 0; at < total; at = end) {
        if (at == upto) { /* a new front */
            upto = total;
            NAME(sort_queue)(queue + at, upto - at, seen, facts);
            for (int64_t k = at; k < upto; k++)
                seen[queue[k]] = HELD;
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
                I one = in_steps[i], from, number;
                if (last - i > AHEAD && INSIDE(in_steps[i + AHEAD], g->steps)) {
                    FETCH(&source[in_steps[i + AHEAD]]);
                    FETCH(&guard[in_steps[i + AHEAD]]);
                }
                if (RARE(!INSIDE(one, g->steps)))
                    return WRONG_ARRAY;
                from = source[one], number = guard[one];
                if (RARE(!INSIDE(from, facts) || number < -1 || (number >= 0 && !INSIDE(number, g->guards))))
                    return WRONG_ARRAY;
                if (!held[from] || from == avoid)
                    continue;
                if (number >= 0) {
                    I low = guard_ptr[number], high = guard_ptr[number + 1];
                    if (!met[number]) {
                        if (RARE(!ROW_INSIDE(low, high, g->members)))
                            return WRONG_ARRAY;
                        met[number] = 1;
                        for (I m = low; m < high; m++) {
                            if (RARE(!INSIDE(guard_facts[m], facts)))
                                return WRONG_ARRAY;
                            if (!held[guard_facts[m]] || guard_facts[m] == avoid)
                                met[number] = 2;
                        }
                    }
                    if (met[number] == 2)
                        continue;
                    for (I m = low; m < high; m++)
                        NEED(guard_facts[m]);
                }
                count += !used[one];
                used[one] = 1;
                NEED(from);
            }
        }
    }
    return count;
}

#undef NEED

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
