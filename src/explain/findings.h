/*
 * What can be read from the trials themselves, without a model: ends of ranges at which the best
 * trials lie, choices that never did well, what was never tried, and how the best value came about.
 *
 *     struct findings findings;
 *     findings_take(&findings, &insight, &ask, &explanation);
 *
 * Only trials that are points of today's space are looked at.
 *
 * Ownership: everything lives in the record's arena.
 */
#ifndef SWEEP_EXPLAIN_FINDINGS_H
#define SWEEP_EXPLAIN_FINDINGS_H

#include "explain/insight.h"

/** Best trials that are looked at for ends. */
#define FINDINGS_BEST 3

/** Trials that are looked back on. */
#define FINDINGS_WINDOW 20

/** The best trials all have a parameter at an end of its range. */
struct finding_edge {
    size_t parameter;
    bool is_upper;
    struct sweep_value bound;
};

/** No trial with a choice was any good. */
struct finding_poor {
    size_t parameter;
    struct sweep_value choice;
    size_t trials; /* with a value */
    double best;   /* of them */
};

/** What was not, or hardly, tried. */
struct finding_untried {
    size_t parameter;
    bool is_whole; /* the parameter was not active; else one choice of it was not taken */
    struct sweep_value choice;
    size_t trials;  /* in which it was all the same */
    bool has_value; /* one of them */
    double best;
};

struct findings {
    size_t finished;
    size_t known; /* complete ones with a value */
    double median;
    struct finding_edge *edges; /* [edge_count] */
    size_t edge_count;
    struct finding_poor *poor; /* [poor_count] */
    size_t poor_count;
    struct finding_untried *untried; /* [untried_count] */
    size_t untried_count;
    size_t window; /* newest trials with a value that are looked back on; 0: there are too few */
    double before; /* the best value before these */
};

/**
 * Look.
 *
 * @param explanation  with influences and best: an end counts only where the model agrees
 */
void findings_take(struct findings *findings, struct insight *insight,
                   const struct insight_ask *ask, const struct sweep_explanation *explanation);

#endif
