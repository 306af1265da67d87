/*
 * Reading /dev/kmsg: each read gives one record, `6,1234,5678,-;the text`, and lines of its own
 * that begin with a blank. An ordinary file with such lines does too.
 */
#include "box/gpu/kernel_log.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "base/sys.h"

#define SIGN "NVRM: Xid ("

void kernel_log_open(struct kernel_log *log, const char *path)
{
    log->size = 0;
    log->fd = sys_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0);
    if (log->fd > 0)
        (void)lseek(log->fd, 0, SEEK_END);
}

void kernel_log_close(struct kernel_log *log)
{
    if (log->fd > 0)
        sys_close(log->fd);
    log->fd = 0;
}

static bool find_after(struct strview *text, const char *words)
{
    size_t size = strlen(words);
    const char *found = memmem(text->data, text->size, words, size);
    if (found == NULL)
        return false;
    text->size -= (size_t)(found + size - text->data);
    text->data = found + size;
    return true;
}

static bool take_number(struct strview *text, uint64_t *number)
{
    struct strview digits = {text->data, 0};
    while (digits.size < text->size && isdigit((unsigned char)text->data[digits.size]))
        digits.size++;
    text->data += digits.size;
    text->size -= digits.size;
    return number_parse_uint64(digits, number) == NUMBER_OK;
}

/* `NVRM: Xid (PCI:0000:3b:00): 79, pid=1234, name=python, GPU has fallen off the bus.`; older ones
 * have no `PCI:`, those of MIG have ` GPU-I:05` behind the address, and a pid may be '<unknown>'.
 */
bool kernel_log_parse(struct strview line, struct kernel_log_entry *entry)
{
    uint64_t number = 0;
    if (!find_after(&line, SIGN))
        return false;
    struct strview address = {line.data, 0};
    while (address.size < line.size && strchr(" )", line.data[address.size]) == NULL)
        address.size++;
    if (address.size > 4 && memcmp(address.data, "PCI:", 4) == 0)
        address = (struct strview){address.data + 4, address.size - 4};
    if (address.size == 0 || !find_after(&line, "): ") || !take_number(&line, &number) ||
        number > INT32_MAX)
        return false;
    gpu_set_view(entry->bus_id, address);
    entry->xid = (unsigned)number;
    bool has_pid = find_after(&line, "pid=") && take_number(&line, &number) && number <= INT32_MAX;
    entry->pid = has_pid ? (pid_t)number : 0;
    return true;
}

/* The next of the lines that were read, without its end. */
static bool take_line(struct kernel_log *log, char line[KERNEL_LOG_RECORD_MAX + 1])
{
    const char *end = memchr(log->bytes, '\n', log->size);
    if (end == NULL)
        return false;
    size_t size = (size_t)(end - log->bytes);
    memcpy(line, log->bytes, size);
    line[size] = '\0';
    log->size -= size + 1;
    memmove(log->bytes, end + 1, log->size);
    return true;
}

/* What is left of a line that never ends is dropped. EPIPE: the kernel has overwritten what we did
 * not read in time; the next read goes on behind that. */
static bool read_more(struct kernel_log *log)
{
    ssize_t got;
    if (log->fd <= 0)
        return false;
    if (log->size == KERNEL_LOG_RECORD_MAX)
        log->size = 0;
    do
        got = read(log->fd, log->bytes + log->size, KERNEL_LOG_RECORD_MAX - log->size);
    while (got < 0 && (errno == EPIPE || errno == EINTR));
    if (got > 0)
        log->size += (size_t)got;
    return got > 0;
}

bool kernel_log_next(struct kernel_log *log, struct kernel_log_entry *entry)
{
    char line[KERNEL_LOG_RECORD_MAX + 1];
    do
        while (take_line(log, line))
            if (kernel_log_parse(strview_of(line), entry))
                return true;
    while (read_more(log));
    return false;
}

/* --- addresses -------------------------------------------------------------------------------- */

/* Domain, bus and device as one number: `00000000:3B:00.0`, `0000:3b:00`. */
static bool parse_bus(const char *text, uint64_t *bus)
{
    unsigned colons = 0;
    *bus = 0;
    for (; *text != '\0' && *text != '.'; text++) {
        colons += *text == ':';
        if (*text == ':')
            continue;
        if (!isxdigit((unsigned char)*text))
            return false;
        unsigned digit = isdigit((unsigned char)*text)
                             ? (unsigned)(*text - '0')
                             : (unsigned)(tolower((unsigned char)*text) - 'a' + 10);
        *bus = *bus << 4 | digit;
    }
    return colons == 2;
}

bool kernel_log_is_bus(const char *a, const char *b)
{
    uint64_t left = 0;
    uint64_t right = 0;
    return parse_bus(a, &left) && parse_bus(b, &right) && left == right;
}
