/*
 * What a shim is to do: written by the runner before the shim is started, read only.
 *
 * In the trial's directory as N.spec, N the attempt's number; binary, with magic, format number
 * and checksum. Older formats are read; a newer one is refused.
 */
#ifndef SWEEP_JOURNAL_SPEC_H
#define SWEEP_JOURNAL_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "sweep/error.h"
#include "trial/attempt.h"

#define SPEC_FORMAT 5 /* 2: stall_ms; 3: gpus, lease_count; 4: memory_bytes; 5: container */

/* [bytes] An argument vector and environment longer than that cannot be executed anyway. */
#define SPEC_SIZE_MAX (8 * 1024 * 1024)

/** The most descriptors of leases that an attempt holds, and the most GPUs. */
#define SPEC_LEASES_MAX 32

struct spec_pattern {
    const char *name;
    const char *pattern; /* NULL: by name */
};

/** What an exit code of the command means, where the command is the client of an engine. */
struct spec_code {
    int32_t code;
    enum attempt_shortage means;
    const char *words; /* that the last lines of its output have then too; NULL: any */
};

/** The most of them. */
#define SPEC_CODES_MAX 16

/** The container that the command starts, and how its engine is asked about it; see
 * proc/container.h. Without a name there is none that could outlive the command. */
struct spec_container {
    const char *name; /* NULL: none */
    char **terminate; /* each ends with NULL; they run with the spec's environment */
    char **remove;
    char **list;
    const struct spec_code *codes; /* [code_count] */
    size_t code_count;
};

struct spec {
    struct attempt_key key;
    char token[ATTEMPT_TOKEN_MAX];
    char **argv; /* ends with NULL */
    char **envp; /* ends with NULL; the whole environment of the command */
    const char *workdir;
    int64_t timeout_ms; /* 0: none */
    int64_t grace_ms;
    int64_t stall_ms;                    /* of silence; 0: any */
    uint64_t output_head_bytes;          /* kept from the start of the output */
    uint64_t output_tail_bytes;          /* kept from its end */
    const struct spec_pattern *patterns; /* [pattern_count] */
    size_t pattern_count;
    char **gpus;           /* uuids of those that it was given; ends with NULL */
    uint32_t lease_count;  /* descriptors from HANDSHAKE_LEASE_FD on */
    uint64_t memory_bytes; /* that it may take; 0: any */
    struct spec_container container;
    int32_t
        step_pattern; /* index of the pattern whose number is the step; -1: none. It is 0 if any */
};

/** Append the file's bytes. */
void spec_format(const struct spec *spec, struct strbuf *out);

/**
 * Read the file's bytes.
 *
 * @error SWEEP_INCOMPATIBLE when it is of a newer format; SWEEP_IO when damaged
 */
bool spec_parse(struct arena *arena, struct strview bytes, struct spec *out,
                struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
