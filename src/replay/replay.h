/*
 * What `sweep replay` is to run: trials of a sweep again, each with its own seed or all with the
 * same fresh ones.
 *
 *     struct replay replay = {.record = &record};
 *     if (!replay_choose(&replay, &wanted, err)) ...
 *     if (!replay_space_append(&replay, name, &yaml, err)) ...
 *
 * It is run as a sweep of its own, whose configurations are those trials and whose replicates are
 * the seeds; so the first sweep stays as it is, and everything works on a replay that works on
 * sweeps. Whatever is chosen here follows from the first sweep's record and the command line.
 *
 * Ownership: everything lives in the record's arena.
 */
#ifndef SWEEP_REPLAY_REPLAY_H
#define SWEEP_REPLAY_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "view/record/record.h"

/** The parameter that is taken for the seed where nobody says. */
#define REPLAY_SEED_NAME "seed"

/** What the person asks for. */
struct replay_wanted {
    uint64_t trial;      /* to replay; 0: the best ones */
    uint64_t top;        /* so many of these */
    const char *seeds;   /* see seeds.h; NULL: a trial's own, or as many as is usual */
    const char *pass_as; /* the parameter that tells the script its seed; NULL: nobody says */
};

struct replay {
    struct record *record;             /* of the sweep, with all its trials */
    const struct sweep_trial **trials; /* [trial_count] of different configurations, best first */
    size_t trial_count;
    uint32_t *seeds; /* [seed_count] the same for all of them */
    size_t seed_count;
    bool is_exact;         /* one trial with its own seed: to see whether it comes out the same */
    const char *pass_as;   /* the parameter that tells the script its seed, or NULL */
    bool is_pass_as_found; /* nobody said so: the space has a parameter of that name */
};

/**
 * Choose trials and seeds.
 *
 * @error SWEEP_USAGE; SWEEP_NOT_FOUND; SWEEP_BAD_INPUT when there is nothing to replay
 */
bool replay_choose(struct replay *replay, const struct replay_wanted *wanted,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

/** Whether a parameter of the sweep's space is no part of a configuration, being the seed. */
bool replay_is_seed(const struct replay *replay, size_t index);

/** Append what the replay's name has behind the sweep's: `-replay-12`, `-replay-top3`. */
void replay_append_suffix(const struct replay *replay, uint64_t top, struct strbuf *out);

#endif
