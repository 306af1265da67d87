/*
 * The trials of one or several sweeps that were asked for, in the order that was asked for:
 * --where, --sort and -n.
 *
 *     struct selection selection;
 *     if (selection_make(&selection, records, count, &wanted, err)) ...
 *     selection_release(&selection);
 *
 * Without --sort it is the ranking. Of several sweeps with one objective that is one ranking; else
 * it is one after the other.
 *
 * Ownership: selection_release(), also after a failure; records are borrowed.
 */
#ifndef SWEEP_VIEW_RECORD_SELECTION_H
#define SWEEP_VIEW_RECORD_SELECTION_H

#include "expr/expr.h"
#include "view/record/record.h"

/** What is asked for. */
struct selection_wanted {
    const char *where; /* or NULL: all */
    const char *sort;  /* or NULL: the ranking */
    size_t count;      /* the first so many; 0: all */
    bool by_number;    /* without `sort`: not ranked, but one sweep after the other by number */
};

struct chosen {
    struct record *record;
    const struct sweep_trial *trial;
    struct expr_value key; /* of --sort */
    const struct selection *selection;
};

struct selection {
    struct chosen *items; /* [count] */
    size_t count;
    size_t matching; /* trials that fulfil --where: `count` of them are here */
    bool has_one_ranking;
    bool by_number;
    const char *sort; /* what `key` of each is, as it was asked for; NULL: nothing */
    struct arena arena;
};

/** Whether all trials must be looked at, and not only the first ones. */
bool selection_needs_all(const struct selection_wanted *wanted);

/**
 * Select.
 *
 * @param records  [count] by record_open() where selection_needs_all(); else a summary is enough
 * @error SWEEP_BAD_INPUT when an expression is wrong
 */
bool selection_make(struct selection *selection, struct record *records, size_t count,
                    const struct selection_wanted *wanted,
                    struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Look how far the running trials are: those that were chosen have what they are worth so far, see
 * current.h.
 *
 * @param adds    those that were not are added at the end
 * @param now_us  the wall clock
 */
bool selection_follow(struct selection *selection, struct record *records, size_t count, bool adds,
                      int64_t now_us, struct sweep_error *err) SWEEP_MUST_CHECK;

void selection_release(struct selection *selection);

/** Look at one trial; it is gone afterwards. */
typedef bool selection_visit(void *context, const struct sweep_trial *trial,
                             struct sweep_error *err);

/**
 * Show a visitor one trial after the other, by number, without having all in memory.
 *
 * @param record  a summary is enough
 * @param wanted  without `sort`
 * @return false when something failed, be it the visitor
 */
bool selection_each(struct record *record, const struct selection_wanted *wanted,
                    selection_visit *visit, void *context,
                    struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
