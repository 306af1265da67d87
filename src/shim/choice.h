/*
 * Which source of a metric counts, where a script both prints it and gives it to wandb.log().
 *
 *     switch by choice_judge(&choice, &record, has_run, now_ms): append the record, or not
 *     if (choice_take_wandb(&choice, pattern)) append what a wandb file has of it
 *     choice_settle(&choice, now_ms, append, context);         at choice_deadline(), and at the end
 *
 * Only of numbers that are found by their name; a pattern of the user's own is for the output. What
 * is printed of such a number while no wandb run is open counts at once. While one is open it is
 * held back, for at most CHOICE_WAIT_MS from the first: as soon as wandb shows the number, only
 * wandb counts; when it does not, the output does, for the rest of the attempt.
 *
 * Ownership: choice_release().
 */
#ifndef SWEEP_SHIM_CHOICE_H
#define SWEEP_SHIM_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal/journal.h"
#include "journal/spec.h"

/** A client that writes its file while it runs does so several times a second. */
#define CHOICE_WAIT_MS 5000

/** When so many records are held back, they are not any longer. */
#define CHOICE_HELD_MAX 4096

enum choice_source {
    CHOICE_OPEN,
    CHOICE_OUTPUT,
    CHOICE_WANDB
};

struct choice {
    enum choice_source *sources; /* [count] of each pattern */
    int64_t *until_ms; /* [count] how long its records are held back; INT64_MAX: none is */
    size_t count;
    struct journal_record *held; /* [held_count] in the order in which they came */
    size_t held_count;
    size_t held_capacity;
};

void choice_init(struct choice *choice, const struct spec *spec);
void choice_release(struct choice *choice);

/** Whether the output may still be asked about a number: `has_run` matters only then. */
bool choice_is_open(const struct choice *choice, size_t pattern);

/** Take a record of the output. @return whether it counts now; else it is held back or dropped */
bool choice_judge(struct choice *choice, const struct journal_record *record, bool has_run,
                  int64_t now_ms);

/** A wandb file shows a number. @return whether it counts */
bool choice_take_wandb(struct choice *choice, size_t pattern);

/** Where nobody has shown a number yet, the output's counts from now on: the attempt is over. */
void choice_end(struct choice *choice);

/** Give back what was held back and counts now, in order. */
void choice_settle(struct choice *choice, int64_t now_ms,
                   void (*take)(void *context, const struct journal_record *record), void *context);

/** When to call choice_settle(); INT64_MAX: nothing is held back. */
int64_t choice_deadline(const struct choice *choice);

#endif
