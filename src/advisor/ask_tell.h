/*
 * The words of `sweep ask-tell`: one line of JSON in, one line of JSON out.
 *
 *     struct ask_tell ask_tell = {.advisor = advisor, .space = space};
 *     if (!ask_tell_answer(&ask_tell, line, &out, err)) ...
 *
 * A line that is not understood, or asks for what cannot be, is answered with {"error": ...} and
 * changes nothing.
 */
#ifndef SWEEP_ADVISOR_ASK_TELL_H
#define SWEEP_ADVISOR_ASK_TELL_H

#include <stdbool.h>

#include "advisor/advisor.h"
#include "base/strbuf.h"

/** The longest line that is read [bytes]. */
#define ASK_TELL_LINE_MAX ((size_t)1024 * 1024)

/** The most trials that one line may ask for. */
#define ASK_TELL_COUNT_MAX 10000

struct ask_tell {
    struct advisor *advisor;
    const struct sweep_space *space;
};

/**
 * Answer a line (without its end).
 *
 * @param[out] out  the answer is appended, with its end of line
 * @return false when it cannot go on: nothing of the line was acknowledged
 */
bool ask_tell_answer(const struct ask_tell *ask_tell, struct strview line, struct strbuf *out,
                     struct sweep_error *err) SWEEP_MUST_CHECK;

/** Append the answer to a line that cannot be read at all. */
void ask_tell_refuse(const char *message, struct strbuf *out);

#endif
