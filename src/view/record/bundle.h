/*
 * A sweep as one directory for an archive: what was asked, what came of it, and how to read both
 * when this program is forgotten.
 */
#ifndef SWEEP_VIEW_RECORD_BUNDLE_H
#define SWEEP_VIEW_RECORD_BUNDLE_H

#include "view/record/record.h"

/**
 * Write it. SHA256SUMS comes last: a bundle that has it is whole.
 *
 * @param record  opened with all
 * @param path    a directory that does not exist yet, or is empty
 * @param logs    of how many of the best trials the output is kept
 * @param now_us  the wall clock
 * @error SWEEP_BAD_INPUT when the directory has something in it; SWEEP_IO, SWEEP_NO_SPACE
 */
bool bundle_write(struct record *record, const char *path, size_t logs, int64_t now_us,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
