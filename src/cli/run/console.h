/*
 * What a run says while it runs: lines for people, above a few live ones where there is a screen,
 * or JSON lines for programs.
 *
 *     console_init(&console, &settings, store, path, call, operand);
 *     request.listener = console_listener(&console);
 *     ... run ...
 *     console_release(&console);
 *
 * The runner never waits for a reader: see outlet.h.
 *
 * Ownership: console_release(); what it is given is borrowed.
 */
#ifndef SWEEP_CLI_RUN_CONSOLE_H
#define SWEEP_CLI_RUN_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "cli/run/glance.h"
#include "cli/run/outlet.h"
#include "cli/subcommand.h"
#include "run/run.h"
#include "session/settings.h"
#include "view/export/row.h"
#include "view/term/region.h"
#include "view/term/trial_text.h"

struct console {
    const struct invocation *call;
    const struct settings *settings;
    struct store *store;
    const char *sweep_path;
    const char *operand; /* what names the sweep on a command line */
    struct trial_words words;
    struct row_context rows;
    bool is_json;
    bool is_replay;           /* set before the end: its trials are not tried again one by one */
    struct terminal terminal; /* as it is now: people resize it */
    struct outlet outlet;
    struct glance glance;
    struct region region;
    struct strbuf picture; /* the live lines as they were drawn last */
    int64_t second;        /* of the lines counted in `said` */
    unsigned said;
    uint64_t unsaid; /* trials that ended without a line, because there were too many */
    bool has_failed; /* a failed trial was shown, with the advice how to see more */
};

void console_init(struct console *console, const struct settings *settings, struct store *store,
                  const char *sweep_path, const struct invocation *call, const char *operand);
void console_release(struct console *console);

struct run_listener console_listener(struct console *console);

/** Say one line by itself; in JSON an event `message`. */
void console_say(struct console *console, const char *format, ...) SWEEP_PRINTF(2, 3);

/**
 * Say how the run ended.
 *
 * @param best  the best trial of the sweep, or NULL
 */
void console_end(struct console *console, const struct run_summary *summary,
                 const struct sweep_trial *best);

#endif
