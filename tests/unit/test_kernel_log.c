/*
 * Faults in the kernel's log: lines as drivers wrote them, and a file that grows as /dev/kmsg does.
 */
#include "box/gpu/kernel_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "scratch.h"

static void test_parse(void **state)
{
    static const struct {
        const char *line;
        const char *bus_id; /* NULL: it is none */
        unsigned xid;
        pid_t pid;
    } rows[] = {
        {"4,1389,5071,-;NVRM: Xid (PCI:0000:05:00): 79, pid='<unknown>', name=<unknown>, GPU has "
         "fallen off the bus.",
         "0000:05:00", 79, 0},
        {"NVRM: Xid (PCI:0000:9b:00): 119, pid=2024380, name=nvidia-smi, Timeout after 6s",
         "0000:9b:00", 119, 2024380},
        {"NVRM: Xid (0000:03:00): 14, Channel 00000001", "0000:03:00", 14, 0},
        {"NVRM: Xid (PCI:0000:31:00 GPU-I:07): 13, pid=42, name=python", "0000:31:00", 13, 42},
        {"NVRM: Xid (PCI:0000:01:00): 31", "0000:01:00", 31, 0},
        {"NVRM: Xid error: xyz, invalid data", NULL, 0, 0},
        {"NVRM: Xid (PCI:0000:01:00): many", NULL, 0, 0},
        {"NVRM: Xid (PCI:0000:01:00", NULL, 0, 0},
        {"NVRM: Xid (): 31", NULL, 0, 0},
        {"NVRM: Xid (PCI:0000:01:00): 99999999999999999999999", NULL, 0, 0},
        {"usb 1-1: new device", NULL, 0, 0},
        {"", NULL, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct kernel_log_entry entry;
        bool found = kernel_log_parse(strview_of(rows[i].line), &entry);
        if (found != (rows[i].bus_id != NULL))
            fail_msg("row %zu: %d", i, (int)found);
        if (!found)
            continue;
        assert_string_equal(entry.bus_id, rows[i].bus_id);
        assert_int_equal(entry.xid, rows[i].xid);
        assert_int_equal(entry.pid, rows[i].pid);
    }
}

static void append(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

static void test_read(void **state)
{
    static struct kernel_log log;
    struct scratch scratch;
    struct kernel_log_entry entry;
    char path[128];
    char filler[KERNEL_LOG_RECORD_MAX + 100];
    (void)state;
    scratch_open(&scratch);
    int fd = openat(scratch.fd, "kmsg", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    append(fd, "4,1,1,-;NVRM: Xid (PCI:0000:01:00): 13, of before\n");
    (void)snprintf(path, sizeof path, "%s/kmsg", scratch.path);
    kernel_log_open(&log, path);
    assert_false(kernel_log_next(&log, &entry));
    append(fd, "6,2,2,-;something else\n SUBSYSTEM=pci\n4,3,3,-;NVRM: Xid (PCI:0000:01:00): 31, a\n"
               "4,4,4,-;NVRM: Xid (PCI:0000:02:00): 79, b\n4,5,5,-;NVRM: Xid (PCI");
    assert_true(kernel_log_next(&log, &entry));
    assert_int_equal(entry.xid, 31);
    assert_true(kernel_log_next(&log, &entry));
    assert_int_equal(entry.xid, 79);
    assert_string_equal(entry.bus_id, "0000:02:00");
    assert_false(kernel_log_next(&log, &entry));
    append(fd, ":0000:03:00): 48, c\n");
    assert_true(kernel_log_next(&log, &entry));
    assert_int_equal(entry.xid, 48);
    /* A line without an end is dropped, what comes after its end is not. */
    memset(filler, 'x', sizeof filler - 1);
    filler[sizeof filler - 1] = '\0';
    append(fd, filler);
    assert_false(kernel_log_next(&log, &entry));
    append(fd, "\n4,6,6,-;NVRM: Xid (PCI:0000:03:00): 95, d\n");
    assert_true(kernel_log_next(&log, &entry));
    assert_int_equal(entry.xid, 95);
    kernel_log_close(&log);
    close(fd);

    kernel_log_open(&log, "/nowhere/kmsg");
    assert_false(kernel_log_next(&log, &entry));
    kernel_log_close(&log);
    scratch_close(&scratch);
}

static void test_bus(void **state)
{
    static const struct {
        const char *a, *b;
        bool is_same;
    } rows[] = {
        {"00000000:3B:00.0", "0000:3b:00", true},
        {"0000:3b:00.0", "0000:3b:00", true},
        {"00000000:3B:00.0", "0000:3c:00", false},
        {"00010000:3B:00.0", "0000:3b:00", false},
        {"", "", false},
        {"0000:3b:00", "nonsense", false},
        {"3b:00", "3b:00", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        if (kernel_log_is_bus(rows[i].a, rows[i].b) != rows[i].is_same)
            fail_msg("row %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_bus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
