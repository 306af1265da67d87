/* Any bytes as a journal: read to an end, in bounded memory, never past the file. */
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "journal/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("journal", MFD_CLOEXEC);
    fuzz_require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    struct journal_cursor cursor;
    struct journal_record record;
    journal_cursor_init(&cursor, fd, 0, 0);
    while (journal_next(&cursor, &record) == JOURNAL_RECORD)
        fuzz_require(cursor.offset <= size);
    journal_cursor_release(&cursor);
    close(fd);
    return 0;
}
