/*
 * A process with all that descend from it: who they are, and what they took so far.
 *
 *     family_init(&family, pid, start);
 *     if (family_look(&family, true)) ... family.cpu_us, family.members ...
 *     family_release(&family);
 *
 * Meant for a supervisor that adopts the orphans below it, so that nobody gets lost. The process at
 * the top is not counted itself, but for the children that it has reaped.
 *
 * Ownership: family_release().
 */
#ifndef SWEEP_PROC_FAMILY_H
#define SWEEP_PROC_FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** The most that are looked at; the rest is not seen. */
#define FAMILY_MAX 1024

struct family_member {
    pid_t pid;
    uint64_t start; /* 0: not looked at yet */
};

struct family {
    struct family_member top;
    struct family_member *members; /* [count] those below it */
    size_t count;
    size_t capacity;
    int64_t cpu_us; /* of all, those included that ended and were waited for */
    int64_t
        memory_bytes; /* that they have in memory now; pages that several share count for each */
};

void family_init(struct family *family, pid_t top, uint64_t start);
void family_release(struct family *family);

/**
 * Look at them.
 *
 * @param anew  find out who they are; else those found before are asked, which costs less
 * @return false when the top one is gone
 */
bool family_look(struct family *family, bool anew);

/** Whether a process was one of them. */
bool family_has(const struct family *family, pid_t pid);

#endif
