/*
 * The key table: what may stand in a space.yaml. Parsing, defaults, ranges, `--help` and the
 * documentation come from its rows and from nowhere else.
 *
 *     for (size_t i = 0; i < config_section.count; i++)
 *         printf("%s: %s\n", config_section.keys[i].name, config_section.keys[i].help);
 *
 * A new key is one row and, if no reader fits, one function.
 */
#ifndef SWEEP_CONFIG_KEY_H
#define SWEEP_CONFIG_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "config/node.h"

struct key;
struct reader;

/** Read a key's value into `field`, the target plus the key's offset; mistakes go to the reader's
 * diagnostics. */
typedef void key_read(struct reader *reader, const struct key *key, const struct node *node,
                      void *field);

enum key_support {
    KEY_READY,
    KEY_LATER,  /* planned: refused with a clear error */
    KEY_FOREIGN /* metadata of Weights & Biases: noted and not used */
};

/** Of a key at the top of the file: whose it is. See dialect.h. */
enum key_origin {
    KEY_OURS,
    KEY_SHARED, /* Weights & Biases have it too */
    KEY_WANDB   /* only they write it */
};

/** What a value may look like: bits, for those who check a file without reading it. */
enum key_accepts {
    KEY_TEXT = 1,
    KEY_NUMBER = 2,
    KEY_WHOLE = 4,
    KEY_FLAG = 8,
    KEY_NULL = 16,
    KEY_LIST = 32,
    KEY_MAP = 64,
    KEY_SCALAR = KEY_TEXT | KEY_NUMBER | KEY_FLAG
};

/** One key. */
struct key {
    const char *name;
    const char *takes;        /* what its value must be, to follow "takes" and "expected" */
    const char *const *words; /* texts that mean something, beside `accepts`; NULL or ends so */
    const char *help;         /* one line */
    const char *standard;     /* the default as it would be written, or NULL */
    key_read *read;           /* KEY_READY only */
    size_t offset;            /* of the field in the section's target */
    uint64_t min;             /* whole numbers: the range, both included */
    uint64_t max;
    const struct section *section; /* of a map: its keys */
    unsigned accepts;              /* what `takes` says, as bits of enum key_accepts */
    enum key_support support;
    enum key_origin origin;
};

/** No section has more keys. */
#define SECTION_KEYS_MAX 64

/** The keys of one map. */
struct section {
    const char *name;  /* as in "metric.goal"; "" for the top of the file */
    const char *title; /* to follow "unknown key of": "'metric'", "a parameter" */
    const struct key *keys;
    size_t count;
};

/** The top of the file; target: struct draft. */
extern const struct section config_section;

/** One parameter; target: struct parameter_draft. */
extern const struct section parameter_section;

/** The stopper; target: struct config_early_terminate. */
extern const struct section early_terminate_section;

/** When to stop; target: struct draft. */
extern const struct section budget_section;

/** What trials ask of Slurm; target: struct config_slurm. */
extern const struct section slurm_section;

/** What the command runs in; target: struct config_container. */
extern const struct section container_section;

/** What trials get of the box; target: struct config_resources. */
extern const struct section resource_section;

#endif
