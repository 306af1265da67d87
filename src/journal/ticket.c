/*
 * Names of files, and the files.
 */
#include "journal/ticket.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/folder.h"
#include "base/number.h"
#include "base/sys.h"

#define PATH_SIZE  (TICKET_NAME_MAX + 16)
#define LOOK_SHARE 50

void ticket_name(const struct ticket *ticket, char out[TICKET_NAME_MAX])
{
    (void)snprintf(out, TICKET_NAME_MAX, "%06" PRIu64 "-%" PRIu32 "-%s", ticket->key.trial,
                   ticket->key.number, ticket->token);
}

/* The number before the next `-`, which is taken too. */
static bool take_number(const char **text, uint64_t most, uint64_t *out)
{
    size_t size = strspn(*text, "0123456789");
    const struct strview digits = {*text, size};
    if ((*text)[size] != '-' || number_parse_uint64(digits, out) != NUMBER_OK || *out < 1 ||
        *out > most)
        return false;
    *text += size + 1;
    return true;
}

bool ticket_parse(const char *name, struct ticket *out)
{
    uint64_t trial;
    uint64_t number;
    if (!take_number(&name, UINT64_MAX, &trial) || !take_number(&name, UINT32_MAX, &number))
        return false;
    size_t size = strlen(name);
    if (size == 0 || size >= ATTEMPT_TOKEN_MAX || strspn(name, "0123456789abcdef") != size)
        return false;
    *out = (struct ticket){.key = {trial, (uint32_t)number}};
    memcpy(out->token, name, size);
    return true;
}

int64_t ticket_look_interval(int64_t quiet_ms, int64_t least_ms)
{
    int64_t interval_ms = quiet_ms / LOOK_SHARE;
    if (interval_ms < least_ms)
        return least_ms;
    return interval_ms < TICKET_LOOK_MAX_MS ? interval_ms : TICKET_LOOK_MAX_MS;
}

static void find_path(const char *folder, const struct ticket *ticket, char out[PATH_SIZE])
{
    char name[TICKET_NAME_MAX];
    ticket_name(ticket, name);
    (void)snprintf(out, PATH_SIZE, "%s/%s", folder, name);
}

bool ticket_put(int slurm_fd, const char *folder, const struct ticket *ticket,
                struct sweep_error *err)
{
    char path[PATH_SIZE];
    find_path(folder, ticket, path);
    int fd = sys_open(slurm_fd, path, O_WRONLY | O_CREAT, 0600);
    if (fd < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot create %s", path);
    sys_close(fd);
    return true;
}

bool ticket_take(int slurm_fd, const char *folder, const struct ticket *ticket)
{
    char path[PATH_SIZE];
    find_path(folder, ticket, path);
    return sys_unlink(slurm_fd, path);
}

/* Put it into its place among those that are the first so far. */
static size_t insert(struct ticket *list, size_t count, size_t most, const struct ticket *ticket)
{
    size_t place = count;
    while (place > 0 && ticket->key.trial < list[place - 1].key.trial)
        place--;
    if (place == most)
        return count;
    size_t kept = count < most ? count : most - 1;
    memmove(&list[place + 1], &list[place], (kept - place) * sizeof *list);
    list[place] = *ticket;
    return kept + 1;
}

size_t ticket_list(int slurm_fd, const char *folder, struct ticket *out, size_t most)
{
    DIR *directory = folder_open(slurm_fd, folder); /* opening asks the server */
    const struct dirent *entry;
    struct ticket ticket;
    size_t count = 0;
    if (directory == NULL)
        return 0;
    while (most > 0 && (entry = readdir(directory)) != NULL)
        if (ticket_parse(entry->d_name, &ticket))
            count = insert(out, count, most, &ticket);
    (void)closedir(directory);
    return count;
}
