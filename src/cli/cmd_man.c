/*
 * `sweep man [PAGE]`, hidden: the source of a manual page, with the prose on standard input behind
 * what the tables say; without PAGE the names of all. For src/cli/manual/man/make.sh.
 */
#include <errno.h>
#include <unistd.h>

#include "base/sys.h"
#include "cli/commands.h"
#include "cli/manual/manual.h"
#include "cli/output.h"

static bool read_input(struct strbuf *out, struct sweep_error *err)
{
    char piece[4096];
    ssize_t size;

    while ((size = sys_read(STDIN_FILENO, piece, sizeof piece)) > 0)
        strbuf_append(out, piece, (size_t)size);
    return size == 0 || sweep_error_set_errno(err, SWEEP_IO, errno, "cannot read standard input");
}

static bool cmd_man(const struct invocation *call, enum exit_status *status,
                    struct sweep_error *err)
{
    struct strbuf prose;
    struct strbuf text;
    bool done = true;

    *status = STATUS_OK;
    strbuf_init(&prose, OUTPUT_MAX);
    strbuf_init(&text, OUTPUT_MAX);
    if (call->operand == NULL)
        manual_append_names(&text);
    else
        done = read_input(&prose, err) &&
               manual_append_page(&text, call->operand, strbuf_view(&prose), err);
    done = done && output_print(&text, err);
    strbuf_release(&text);
    strbuf_release(&prose);
    return done;
}

const struct subcommand subcommand_man = {
    .name = "man",
    .rank = SUBCOMMAND_HIDDEN,
    .operand = "[PAGE]",
    .summary = "the source of a manual page, with the prose on standard input",
    .options = SUBCOMMAND_NO_OPTIONS,
    .run = cmd_man,
};
