/*
 * One compiled pattern: the door to PCRE2.
 *
 * Bytes mode, JIT on the library's own small stack, and limits: matching a line costs a bounded
 * time whatever the pattern. Not used, because of their history of faults: JIT stacks of our own,
 * the DFA matcher, matching of invalid UTF, callouts.
 */
#ifndef SWEEP_METRICS_PATTERN_H
#define SWEEP_METRICS_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strview.h"
#include "sweep/error.h"

struct pattern;

/**
 * Compile a pattern of the user.
 *
 * @error SWEEP_BAD_INPUT when it does not compile (PCRE2's words and the offset), is too long, has
 *        no group, two groups `value`, or matches the empty string
 */
struct pattern *pattern_create(const char *text, struct sweep_error *err) SWEEP_MUST_CHECK;

/** The built-in pattern that finds a number by the metric's name. */
struct pattern *pattern_create_by_name(const char *name, struct sweep_error *err) SWEEP_MUST_CHECK;

void pattern_free(struct pattern *pattern);

/** How many groups could be the number: 1 where one is called `value`. */
unsigned pattern_candidates(const struct pattern *pattern);

enum pattern_result {
    PATTERN_FOUND,
    PATTERN_NOT_FOUND,
    PATTERN_LIMIT /* the line cost too much: given up */
};

/**
 * Look for it in a line: the first match of a user's pattern, the last one by name.
 *
 * @param[out] value  what the group `value`, or group 1, captured; points into `line`
 */
enum pattern_result pattern_match(struct pattern *pattern, struct strview line,
                                  struct strview *value);

/** Write the version of the library that matches. @return whether it compiles to machine code */
bool pattern_engine(char *version, size_t size);

#endif
