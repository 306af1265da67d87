/*
 * The program `sweep`: finds the command, parses its options, does it, prints what went wrong and
 * chooses the exit status. What the commands are stands in subcommand.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/say.h"
#include "base/sys.h"
#include "cli/manual/help.h"
#include "cli/output.h"
#include "cli/subcommand.h"
#include "cli/surroundings.h"
#include "view/term/text.h"

#define TEXT_MAX ((size_t)64 * 1024)

/* What was started without standard descriptors must not take a database for one of them. */
static bool open_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR); // NOLINT(android-cloexec-open): it is inherited on purpose
    while (fd >= 0 && fd <= STDERR_FILENO);
    sys_close(fd);
    return fd >= 0;
}

static void print_error(const char *command, const struct sweep_error *err)
{
    struct strbuf line;
    strbuf_init(&line, TEXT_MAX);
    strbuf_append_text(&line, "sweep: ");
    text_append_safe_lines(&line, strview_of(err->message));
    strbuf_append_char(&line, '\n');
    if (err->code == SWEEP_USAGE && command != NULL)
        strbuf_printf(&line, "`sweep %s --help` says more\n", command);
    say(&line);
    strbuf_release(&line);
}

static bool print_help(const struct subcommand *subcommand, struct sweep_error *err)
{
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    if (subcommand == NULL)
        help_append_overview(&text);
    else
        help_append_subcommand(&text, subcommand);
    bool done = output_print(&text, err);
    strbuf_release(&text);
    return done;
}

static bool print_version(struct sweep_error *err)
{
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    strbuf_append_text(&text, "sweep " SWEEP_VERSION "\n");
    bool done = output_print(&text, err);
    strbuf_release(&text);
    return done;
}

static bool is_required(const char *operand)
{
    return operand[0] != '[' && operand[0] != '\0';
}

/* `argv` begins behind the command's name. */
static bool do_subcommand(struct invocation *call, char *const *argv, enum exit_status *status,
                          struct sweep_error *err)
{
    const struct subcommand *subcommand = call->subcommand;
    call->operands.most = subcommand->takes_several ? OPERANDS_MAX : 1;
    bool parsed = option_parse(subcommand->options, argv, &call->options, &call->operands,
                               subcommand->takes_command ? &call->command : NULL, err);
    call->operand = call->operands.items[0];
    if (call->options.help)
        return print_help(subcommand, err);
    if (!parsed)
        return false;
    if (call->operand != NULL && subcommand->operand[0] == '\0')
        return sweep_error_set(err, SWEEP_USAGE, "unexpected argument '%s'", call->operand);
    if (call->operand == NULL && is_required(subcommand->operand))
        return sweep_error_set(err, SWEEP_USAGE, "%s is missing: sweep %s %s", subcommand->operand,
                               subcommand->name, subcommand->operand);
    return subcommand->run(call, status, err);
}

static bool do_command_line(struct invocation *call, char *const *argv, enum exit_status *status,
                            struct sweep_error *err)
{
    const char *name = argv[0] != NULL ? argv[1] : NULL;
    if (name == NULL || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return print_help(NULL, err);
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
        return print_version(err);
    if (name[0] == '-')
        return sweep_error_set(err, SWEEP_USAGE,
                               "unknown option %s; before a command there are only --help and "
                               "--version",
                               name);
    call->subcommand = subcommand_find(name, err);
    if (call->subcommand == NULL)
        return false;
    return do_subcommand(call, argv + 2, status, err);
}

int main(int argc, char **argv)
{
    (void)argc; // argv ends with NULL
    if (!open_standard_descriptors())
        return STATUS_NO_RESULT;
    /* A reader that went away ends no sweep, neither at its first line nor at its last. */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* `ulimit -f`: said as any other failed write is */
    struct invocation call = {
        .environment = environ,
        .umask = umask(077),
        .terminal = surroundings_terminal(environ, STDOUT_FILENO),
    };
    enum exit_status status = STATUS_OK;
    struct sweep_error err = {0};
    if (!do_command_line(&call, argv, &status, &err)) {
        status = exit_status_of_error(err.code);
        print_error(call.subcommand != NULL ? call.subcommand->name : NULL, &err);
    }
    return (int)status;
}
