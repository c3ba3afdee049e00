/* Bits of many questions at once, carried along a graph: the loops of engine/exposure_sweep.py. */
#ifndef GRAPHSCAN_BODY

#include "kernel.h"

static inline void add_bits(uint64_t *to, const uint64_t *from, int64_t words)
{
    if (words == 2) { /* a hundred things or so: the usual number */
        to[0] |= from[0];
        to[1] |= from[1];
        return;
    }
    for (int64_t word = 0; word < words; word++)
        to[word] |= from[word];
}

static inline int any_bits(const uint64_t *bits, int64_t words)
{
    uint64_t any = 0;

    for (int64_t word = 0; word < words; word++)
        any |= bits[word];
    return any != 0;
}

/*
 * Give the target of each step the bits that all facts of its body have, to the least fixed point.
 *
 * bits:  (F, words) those of the starts.      queue: (F) scratch.      queued: (F) zeroed scratch.
 * Returns 0, or what was wrong.
 */
API int64_t horn_bits(int64_t facts, int64_t steps, const int64_t *body_ptr, const int64_t *body, int64_t members,
                      const int64_t *target, const int64_t *use_ptr, const int64_t *use, int64_t uses, uint64_t *bits,
                      int64_t words, int64_t *queue, uint8_t *queued)
{
    int64_t first = 0, count = 0; /* the queue is a ring: each fact is in it at most once */

    for (int64_t fact = 0; fact < facts; fact++) {
        uint64_t any = 0;
        for (int64_t word = 0; word < words; word++)
            any |= bits[fact * words + word];
        if (any)
            queue[count++] = fact, queued[fact] = 1;
    }
    for (; count; count--) {
        int64_t fact = queue[first], from = use_ptr[fact], upto = use_ptr[fact + 1];
        first = first + 1 < facts ? first + 1 : 0;
        queued[fact] = 0;
        if (RARE(from < 0 || from > upto || upto > uses))
            return WRONG_ARRAY;
        for (int64_t at = from; at < upto; at++) {
            int64_t one = use[at], low, high, to;
            uint64_t fresh = 0;
            if (RARE(one < 0 || one >= steps))
                return WRONG_ARRAY;
            low = body_ptr[one], high = body_ptr[one + 1], to = target[one];
            if (RARE(low < 0 || low >= high || high > members || to < 0 || to >= facts))
                return WRONG_ARRAY;
            for (int64_t word = 0; word < words; word++) {
                uint64_t all = ~bits[to * words + word];
                for (int64_t m = low; m < high && all; m++) {
                    if (RARE(body[m] < 0 || body[m] >= facts))
                        return WRONG_ARRAY;
                    all &= bits[body[m] * words + word];
                }
                bits[to * words + word] |= all;
                fresh |= all;
            }
            if (fresh && !queued[to]) {
                int64_t last = first + count - 1; /* the fact at hand still counts */
                queue[last < facts ? last : last - facts] = to;
                queued[to] = 1;
                count++;
            }
        }
    }
    return 0;
}

#define GRAPHSCAN_BODY
#define I int32_t
#define U uint32_t
#define NAME(name) name##_32
#include "sweep.c"
#undef I
#undef U
#undef NAME
#define I int64_t
#define U uint64_t
#define NAME(name) name##_64
#include "sweep.c"

#else /* what follows is compiled twice */

/* A vertex on the way of `closure`: when it was met, and the place of its next arc in the first or the second row. */
typedef struct {
    I vertex, met, at, second;
} NAME(Frame);

/*
 * Ask for what an arc's end will need: its place in the memory of the bits if it is done and has some, its rows if it
 * was not met yet, nothing if there is nothing to be had.
 */
#define FETCH_END(w_)                                                                                                  \
    do {                                                                                                               \
        if (INSIDE(w_, count)) {                                                                                       \
            const U state = index[w_];                                                                                 \
            if (!state) {                                                                                              \
                FETCH(&ptr[w_]);                                                                                       \
                FETCH(&ptr2[w_]);                                                                                      \
                FETCH(&bits[w_ * words]);                                                                              \
            } else if (state == done) {                                                                                \
                FETCH(&bits[w_ * words]);                                                                              \
            }                                                                                                          \
        }                                                                                                              \
    } while (0)

/*
 * Give each vertex the bits of all that it leads to, in place: bits move against the arcs, and strongly connected
 * components are told on the way (Pearce, "A space-efficient algorithm for finding strongly connected components",
 * Information Processing Letters 2016), so that each arc is looked at once.
 *
 * ptr, items, ptr2, items2: two sets of rows of arcs.
 * bits:    (count, words).      index: (count) zeroed scratch.      frames, waiting: (count) scratch.
 * Returns 0, or what was wrong.
 */
API int64_t NAME(closure)(int64_t count, const I *ptr, const I *items, int64_t arcs, const I *ptr2, const I *items2,
                          int64_t arcs2, uint64_t *bits, int64_t words, U *index, NAME(Frame) * frames, I *waiting)
{
    const U done = (U)-1, empty = (U)-2; /* of `index`: finished, with bits and without */
    U clock = 0;
    int64_t held_back = 0;

    for (int64_t row = 0; row < count; row++) {
        if (!ROW_INSIDE(ptr[row], ptr[row + 1], arcs) || !ROW_INSIDE(ptr2[row], ptr2[row + 1], arcs2))
            return WRONG_ARRAY;
        if (ptr[row] == ptr[row + 1] && ptr2[row] == ptr2[row + 1])
            index[row] = any_bits(&bits[row * words], words) ? done : empty;
    }
    for (int64_t root = 0; root < count; root++) {
        int64_t depth = 0;
        I next = (I)root;
        if (index[root])
            continue;
        for (;;) {
            if (next >= 0) { /* go down into a vertex that is met for the first time */
                NAME(Frame) *frame = &frames[depth++];
                index[next] = ++clock;
                frame->vertex = next, frame->met = (I)clock, frame->at = ptr[next], frame->second = 0;
                const I near = ptr[next + 1] - ptr[next] > AHEAD ? ptr[next] + AHEAD : ptr[next + 1];
                for (I at = ptr[next]; at < near; at++)
                    if (INSIDE(items[at], count))
                        FETCH(&index[items[at]]);
                for (I at = ptr[next]; at < near; at++)
                    FETCH_END((int64_t)items[at]);
            }
            NAME(Frame) *frame = &frames[depth - 1];
            const I v = frame->vertex;
            uint64_t *own = &bits[v * words];
            next = -1;
            for (;; frame->second = 1, frame->at = ptr2[v]) {
                const I *row = frame->second ? items2 : items;
                const I end = frame->second ? ptr2[v + 1] : ptr[v + 1];
                for (I at = frame->at; at < end; at++) {
                    const I w = row[at];
                    if (end - at > AHEAD) {
                        if (INSIDE(row[at + AHEAD], count))
                            FETCH(&index[row[at + AHEAD]]);
                        FETCH_END((int64_t)row[at + AHEAD / 2]);
                    }
                    if (RARE(!INSIDE(w, count)))
                        return WRONG_ARRAY;
                    if (!index[w]) {
                        frame->at = at + 1;
                        next = w;
                        break;
                    }
                    if (index[w] == done)
                        add_bits(own, &bits[w * words], words);
                    else if (index[w] < index[v]) /* never one that is finished and empty */
                        index[v] = index[w];
                }
                if (next >= 0 || frame->second)
                    break;
            }
            if (next >= 0)
                continue;
            if (index[v] == (U)frame->met) { /* what waits since then is one component with it */
                const U finished = any_bits(own, words) ? done : empty;
                while (held_back && index[waiting[held_back - 1]] >= index[v]) {
                    const I member = waiting[--held_back];
                    index[member] = finished;
                    for (int64_t word = 0; word < words; word++)
                        bits[member * words + word] = own[word];
                }
                index[v] = finished;
            } else {
                waiting[held_back++] = v;
            }
            if (!--depth)
                break;
            const I above = frames[depth - 1].vertex;
            add_bits(&bits[above * words], own, words);
            if (index[v] < index[above])
                index[above] = index[v];
        }
    }
    return 0;
}

#undef FETCH_END

#endif
