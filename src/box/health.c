/*
 * What goes wrong with the GPUs of attempts: found out by the meter, told once to each of those
 * that may have to do with it.
 */
#include <inttypes.h>

#include "box/sampling_state.h"

/* In so many looks one after the other a GPU is slowed down before that is told: for a moment it is
 * nothing. */
#define SLOWED_LOOKS 3

/* The most that are taken at a time; the rest comes with the next look. */
#define TAKEN_MAX 1000

static bool was_told(const struct watched *watched, const struct seat *seat,
                     const struct fault *fault)
{
    for (size_t i = 0; i < watched->told_count; i++)
        if (watched->told[i].seat == seat && fault_is_same(&watched->told[i].fault, fault))
            return true;
    return watched->told_count == SAMPLING_FAULTS_MAX;
}

static void tell_fault(struct sampling *sampling, struct watched *watched, const struct seat *seat,
                       const struct fault *fault, bool is_shared)
{
    if (was_told(watched, seat, fault))
        return;
    watched->told[watched->told_count++] = (struct told_fault){seat, *fault};
    strbuf_printf(&sampling->out, "fault %" PRIu64 " %" PRIu32 " %d %u %d %s\n", watched->key.trial,
                  watched->key.number, (int)fault->kind, fault->xid, (int)is_shared, seat->uuid);
}

static bool has_seat(const struct watched *watched, const struct seat *seat)
{
    for (size_t i = 0; i < watched->seat_count; i++)
        if (watched->seats[i] == seat)
            return true;
    return false;
}

/* The attempt that has this process and this GPU, or NULL. */
static struct watched *find_owner(struct sampling *sampling, const struct seat *seat, pid_t pid)
{
    for (size_t i = 0; i < sampling->watched_count; i++)
        if (pid > 0 && has_seat(sampling->watched[i], seat) &&
            family_has(&sampling->watched[i]->family, pid))
            return sampling->watched[i];
    return NULL;
}

/* To all that have the GPU, unless it is known whose doing it is. */
void health_tell(struct sampling *sampling, const struct seat *seat, const struct fault *fault,
                 pid_t pid)
{
    bool is_doing = fault_blame(fault) == FAULT_OF_TRIAL || fault_blame(fault) == FAULT_OF_OTHERS;
    struct watched *owner = is_doing ? find_owner(sampling, seat, pid) : NULL;
    bool is_shared = is_doing && owner == NULL && (seat->holders > 1 || seat->has_strangers);
    for (size_t i = 0; i < sampling->watched_count; i++) {
        struct watched *watched = sampling->watched[i];
        if (owner != NULL ? watched == owner : has_seat(watched, seat))
            tell_fault(sampling, watched, seat, fault, is_shared);
    }
}

void health_take(struct sampling *sampling)
{
    struct meter_fault news;
    for (size_t taken = 0;
         taken < TAKEN_MAX && sampling->meter != NULL && meter_next_fault(sampling->meter, &news);
         taken++)
        for (size_t i = 0; i < sampling->seat_count; i++) {
            const struct seat *seat = sampling->seats[i];
            if (seat->holders > 0 && meter_is_hit(sampling->meter, &news, seat->uuid))
                health_tell(sampling, seat, &news.fault, news.pid);
        }
}

/* What its counters say of its health. */
void health_check(struct sampling *sampling, struct seat *seat, const struct meter_reading *now)
{
    const struct fault memory = {.kind = FAULT_MEMORY};
    const struct fault slowed = {.kind = now->is_hot ? FAULT_HEAT : FAULT_POWER};
    seat->slowed = now->is_hot || now->is_braked ? seat->slowed + 1 : 0;
    if (seat->at_us > 0 && seat->reading.ecc_errors >= 0 &&
        now->ecc_errors > seat->reading.ecc_errors)
        health_tell(sampling, seat, &memory, 0);
    if (seat->slowed >= SLOWED_LOOKS)
        health_tell(sampling, seat, &slowed, 0);
}
