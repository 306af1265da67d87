/*
 * Reading /proc/PID. Not for judging who belongs to what.
 */
#include "proc/stat.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/strview.h"
#include "base/sys.h"

/* Fields as proc(5) numbers them. */
enum {
    FIELD_STATE = 3,
    FIELD_PARENT = 4,
    FIELD_SESSION = 6,
    FIELD_USER = 14,
    FIELD_SYSTEM = 15,
    FIELD_REAPED_USER = 16,
    FIELD_REAPED_SYSTEM = 17,
    FIELD_THREADS = 20,
    FIELD_START = 22,
    FIELD_RESIDENT = 24
};

ssize_t proc_read(pid_t pid, const char *name, char *out, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = sys_open(AT_FDCWD, path, O_RDONLY, 0);
    if (fd < 0)
        return -1;
    size_t used = 0;
    ssize_t count = 1;
    while (used < size && (count = sys_read(fd, out + used, size - used)) > 0)
        used += (size_t)count;
    sys_close(fd);
    return count < 0 && used == 0 ? -1 : (ssize_t)used;
}

/* Cut the next word off `rest`. */
static struct strview next_word(struct strview *rest)
{
    size_t blanks = 0;
    while (blanks < rest->size && rest->data[blanks] == ' ')
        blanks++;
    size_t end = blanks;
    while (end < rest->size && rest->data[end] != ' ' && rest->data[end] != '\n')
        end++;
    struct strview word = {.data = rest->data + blanks, .size = end - blanks};
    rest->data += end;
    rest->size -= end;
    return word;
}

static uint64_t to_number(struct strview word)
{
    uint64_t value = 0;
    return number_parse_uint64(word, &value) == NUMBER_OK ? value : 0;
}

static void take_field(struct proc_stat *out, int field, struct strview word)
{
    if (field == FIELD_STATE)
        out->state = word.data[0];
    else if (field == FIELD_PARENT)
        out->parent = (pid_t)to_number(word);
    else if (field == FIELD_SESSION)
        out->session = (pid_t)to_number(word);
    else if (field == FIELD_USER || field == FIELD_SYSTEM)
        out->cpu_ticks += to_number(word);
    else if (field == FIELD_REAPED_USER || field == FIELD_REAPED_SYSTEM)
        out->reaped_ticks += to_number(word);
    else if (field == FIELD_THREADS)
        out->threads = to_number(word);
    else if (field == FIELD_START)
        out->start = to_number(word);
    else if (field == FIELD_RESIDENT)
        out->resident_pages = to_number(word);
}

bool proc_stat_read(pid_t pid, struct proc_stat *out)
{
    char line[1024];
    ssize_t size = proc_read(pid, "stat", line, sizeof line);
    /* The program's name may itself contain blanks and parentheses; only the last one counts. */
    const char *name_end = size > 0 ? memrchr(line, ')', (size_t)size) : NULL;
    if (!name_end)
        return false;
    struct strview rest = {.data = name_end + 1, .size = (size_t)(line + size - name_end - 1)};
    *out = (struct proc_stat){.state = '?'};
    for (int field = FIELD_STATE; field <= FIELD_RESIDENT; field++) {
        struct strview word = next_word(&rest);
        if (word.size == 0)
            return false;
        take_field(out, field, word);
    }
    return true;
}

bool proc_stat_is_alive(const struct proc_stat *stat)
{
    if (stat->state == 'Z')
        return stat->threads > 1;
    return stat->state != 'X' && stat->state != 'x';
}
