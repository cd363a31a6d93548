// Where the pixels of a map come from that is made of another one: shared by the levels of map_template.h.
#ifndef MSRN_MAP_H
#define MSRN_MAP_H

// Rows or columns [from, end).
typedef struct msrn_span {
    int from, end;
} msrn_span;

// A place between two rows or columns: `share` of the second.
typedef struct msrn_weighted {
    int first, second;
    float share;
} msrn_weighted;

// Where row i of `count` lies among `size` rows when the first and the last lie upon each other.
static inline msrn_weighted msrn_between(int i, int count, int size) {
    const double place = count > 1 ? (double)i * (size - 1) / (count - 1) : 0;
    const int first = (int)place < size - 1 ? (int)place : size - 1;
    return (msrn_weighted){first, first + 1 < size ? first + 1 : first, (float)(place - first)};
}

#endif
