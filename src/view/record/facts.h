/*
 * All that is recorded of one trial: what `show` prints.
 *
 *     struct facts facts;
 *     if (facts_load(&facts, "digits/12", environment, now_us, err)) ...
 *     facts_release(&facts);
 *
 * Ownership: everything is in the record's arena; facts_release() closes the record, also after a
 * failure.
 */
#ifndef SWEEP_VIEW_RECORD_FACTS_H
#define SWEEP_VIEW_RECORD_FACTS_H

#include "view/record/current.h"
#include "view/record/record.h"

struct facts {
    struct record record;
    const struct sweep_trial *trial;
    struct current current; /* how far it is, while it runs */
    uint32_t seed;          /* SWEEP_SEED of its attempts */
    char **argv;            /* ends with NULL */
    const char *directory;
    struct store_attempts attempts;
    struct store_reports reports; /* of the objective */
    size_t outdated;              /* reports at the front that do not count any more */
    struct store_captures captured;
    struct store_events events;
    uint64_t retried_as; /* the newest trial that is its retry; 0: none */
    bool is_outside;     /* of the space, which was changed since it was suggested */
};

/**
 * @param operand      TRIAL as typed
 * @param environment  of this process; ends with NULL
 * @param now_us       the wall clock
 * @error as record_open_trial()
 */
bool facts_load(struct facts *facts, const char *operand, char *const *environment, int64_t now_us,
                struct sweep_error *err) SWEEP_MUST_CHECK;

void facts_release(struct facts *facts);

/** Append all of it as one JSON object: an export's row and more. */
void facts_append_json(struct facts *facts, struct strbuf *out);

/** Whether its time, memory and output were measured: it ended, and its supervisor said how. */
bool facts_is_measured(const struct store_attempt *attempt);

/** The step of a report, counted from 1 where the output has none; `index` is its place. */
int64_t facts_report_step(const struct facts *facts, size_t index);

#endif
