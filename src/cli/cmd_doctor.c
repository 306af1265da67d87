/*
 * `sweep doctor`: what works here, and with --repair whether the database of a sweep does. The
 * looks are checkup.c's, the repair is repair.c's, --at-boot is boot.c's,
 * --gpus is gpus.c's.
 */
#include <inttypes.h>

#include "cli/care/boot.h"
#include "cli/care/checkup.h"
#include "cli/care/gpus.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "repair/repair.h"
#include "view/term/text.h"
#include "json/json.h"

#define COUNTED(n) (n), (n) == 1 ? "" : "s"

static void append_sound(const struct repair *repair, struct strbuf *out)
{
    if (repair->is_running)
        strbuf_append_text(out, "the database is sound; as its trials still run, it was not "
                                "compared with their files\n");
    else
        strbuf_printf(out,
                      "the database is sound, and has what the files of %" PRIu64 " trial%s say\n",
                      COUNTED(repair->trials));
}

static void append_rebuilt(const struct repair *repair, struct strbuf *out)
{
    text_append_safe(out, strview_of(repair->reason));
    strbuf_printf(out, "\nrebuilt from the files of %" PRIu64 " trial%s with %" PRIu64 " report%s",
                  COUNTED(repair->trials), COUNTED(repair->reports));
    if (repair->unknown > 0)
        strbuf_printf(out, ", %" PRIu64 " without parameters, which count as failed",
                      repair->unknown);
    strbuf_append_text(out, "; notes, events and requests are in no file\n");
    if (repair->kept == NULL)
        return;
    strbuf_append_text(out, "the old one is now ");
    text_append_safe(out, strview_of(repair->kept));
    strbuf_append_char(out, '\n');
}

static void append_repair(const struct repair *repair, struct strbuf *out)
{
    text_append_safe(out, strview_of(repair->path));
    strbuf_append_text(out, ": ");
    if (repair->is_sound)
        append_sound(repair, out);
    else
        append_rebuilt(repair, out);
}

static void write_repair(const struct repair *repair, const char *operand, struct strbuf *out)
{
    struct json_writer w;

    json_init(&w, out);
    json_begin_object(&w);
    json_member_string(&w, "sweep", operand);
    json_member_boolean(&w, "sound", repair->is_sound);
    json_member_boolean(&w, "rebuilt", !repair->is_sound);
    json_member_string(&w, "reason", repair->reason);
    json_member_unsigned(&w, "trials", repair->trials);
    json_member_unsigned(&w, "reports", repair->reports);
    json_member_unsigned(&w, "unknown", repair->unknown);
    json_member_string(&w, "kept", repair->kept);
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}

static bool repair(const struct invocation *call, struct strbuf *out, struct sweep_error *err)
{
    struct arena arena = {0};
    struct repair repair;
    bool done = repair_sweep(&repair, &arena, call->options.repair, err);

    if (done && call->options.json)
        write_repair(&repair, call->options.repair, out);
    else if (done)
        append_repair(&repair, out);
    arena_release(&arena);
    return done;
}

static bool cmd_doctor(const struct invocation *call, enum exit_status *status,
                       struct sweep_error *err)
{
    struct strbuf text;
    bool done = true;

    *status = STATUS_OK;
    strbuf_init(&text, OUTPUT_MAX);
    if ((call->options.repair != NULL) + call->options.at_boot + call->options.gpus > 1)
        done =
            sweep_error_set(err, SWEEP_USAGE, "--gpus, --repair and --at-boot exclude each other");
    else if (call->options.gpus)
        done = gpus_append(call, &text, err);
    else if (call->options.at_boot)
        done = boot_append(call, &text, err);
    else if (call->options.repair != NULL)
        done = repair(call, &text, err);
    else if (!checkup_append(call, &text))
        *status = STATUS_NO_RESULT;
    done = done && output_print(&text, err);
    strbuf_release(&text);
    return done;
}

static const struct option_row GPUS = {
    .name = "gpus",
    .kind = OPTION_FLAG,
    .help = "each GPU: who uses it, and whether a trial would get it",
    .offset = OPTION(gpus),
};

static const struct option_row AT_BOOT = {
    .name = "at-boot",
    .kind = OPTION_FLAG,
    .help = "print what makes this machine go on with the sweeps in ./sweeps after a reboot",
    .offset = OPTION(at_boot),
};

static const struct option_row REPAIR = {
    .name = "repair",
    .kind = OPTION_TEXT,
    .value = "SWEEP",
    .help = "check the database of a sweep, and rebuild it from the files of its trials where it "
            "is damaged or missing",
    .offset = OPTION(repair),
};

const struct subcommand subcommand_doctor = {
    .name = "doctor",
    .rank = SUBCOMMAND_FIRST,
    .operand = "",
    .summary = "say what works here, and repair the database of a sweep",
    .details = "With --repair the database is compared with what the supervisors of the trials "
               "wrote.\nWhere it is damaged, gone or says something else, another is made from "
               "their files;\nthe old one is kept.",
    .options = SUBCOMMAND_OPTIONS(&GPUS, &REPAIR, &AT_BOOT, &option_json),
    .run = cmd_doctor,
};
