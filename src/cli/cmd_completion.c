/*
 * `sweep completion SHELL`: the few lines by which a shell asks `sweep __complete -- WORD...`, the
 * hidden command that knows the answers. Those are complete.c's.
 */
#include <string.h>

#include "base/array.h"
#include "base/nearest.h"
#include "cli/commands.h"
#include "cli/manual/complete.h"
#include "cli/output.h"

static const char BASH[] =
    "# Completion of sweep for bash: made by `sweep completion bash`.\n"
    "_sweep() {\n"
    "    local line\n"
    "    COMPREPLY=()\n"
    "    while IFS= read -r line; do\n"
    "        if [ \"$line\" = " COMPLETE_FILES " ]; then\n"
    "            compopt -o default\n"
    "            return\n"
    "        fi\n"
    "        printf -v line %q \"${line%%$'\\t'*}\"\n"
    "        COMPREPLY+=(\"$line\")\n"
    "    done < <(\"$1\" __complete -- \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
    "    case ${COMPREPLY[0]-} in\n"
    "    */ | *=) compopt -o nospace ;;\n"
    "    esac\n"
    "}\n"
    "complete -F _sweep sweep\n";

static const char ZSH[] =
    "#compdef sweep\n"
    "# Completion of sweep for zsh: made by `sweep completion zsh`.\n"
    "_sweep() {\n"
    "    local line\n"
    "    local -a values texts open\n"
    "    while IFS= read -r line; do\n"
    "        if [[ $line == " COMPLETE_FILES " ]]; then\n"
    "            _files\n"
    "            return\n"
    "        elif [[ ${line%%$'\\t'*} == *[/=] ]]; then\n"
    "            open+=(\"${line%%$'\\t'*}\")\n"
    "        else\n"
    "            values+=(\"${line%%$'\\t'*}\")\n"
    "            texts+=(\"${line//$'\\t'/  -- }\")\n"
    "        fi\n"
    "    done < <(\"${words[1]}\" __complete -- \"${(@Q)words[2,CURRENT]}\" 2>/dev/null)\n"
    "    (( $#open )) && compadd -S '' -a open\n"
    "    (( $#values )) && compadd -l -d texts -a values\n"
    "}\n"
    "if [ \"$funcstack[1]\" = _sweep ]; then\n"
    "    _sweep \"$@\"\n"
    "else\n"
    "    compdef _sweep sweep\n"
    "fi\n";

static const char FISH[] =
    "# Completion of sweep for fish: made by `sweep completion fish`.\n"
    "function __sweep_complete\n"
    "    set -l words (commandline -opc)\n"
    "    set -l current (commandline -ct)\n"
    "    set -l rows ($words[1] __complete -- $words[2..] \"$current\" 2>/dev/null)\n"
    "    if test \"$rows\" = " COMPLETE_FILES "\n"
    "        __fish_complete_path \"$current\"\n"
    "    else\n"
    "        printf '%s\\n' $rows\n"
    "    end\n"
    "end\n"
    "complete -c sweep -f -a '(__sweep_complete)'\n";

static const struct {
    const char *name;
    const char *script;
} SHELLS[] = {{"bash", BASH}, {"zsh", ZSH}, {"fish", FISH}};

static bool deliver(const struct invocation *call, const char *script, struct sweep_error *err)
{
    struct strbuf text;
    strbuf_init(&text, OUTPUT_MAX);
    strbuf_append_text(&text, script);
    bool done = output_deliver(call, &text, err);
    strbuf_release(&text);
    return done;
}

static bool cmd_completion(const struct invocation *call, enum exit_status *status,
                           struct sweep_error *err)
{
    *status = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LENGTH(SHELLS); i++)
        if (strcmp(SHELLS[i].name, call->operand) == 0)
            return deliver(call, SHELLS[i].script, err);
    const char *names[ARRAY_LENGTH(SHELLS)];
    struct strbuf meant;
    for (size_t i = 0; i < ARRAY_LENGTH(SHELLS); i++)
        names[i] = SHELLS[i].name;
    strbuf_init(&meant, OUTPUT_MAX);
    nearest_append(&meant, call->operand, names, ARRAY_LENGTH(names));
    sweep_error_set(err, SWEEP_USAGE, "there is no completion for '%s'%s", call->operand,
                    strbuf_text(&meant));
    strbuf_release(&meant);
    return false;
}

static bool cmd_complete(const struct invocation *call, enum exit_status *status,
                         struct sweep_error *err)
{
    struct strbuf text;
    *status = STATUS_OK;
    strbuf_init(&text, OUTPUT_MAX);
    if (call->command != NULL)
        complete_append(&text, call->command);
    bool done = output_print(&text, err);
    strbuf_release(&text);
    return done;
}

const struct subcommand subcommand_completion = {
    .name = "completion",
    .operand = "SHELL",
    .summary = "let bash, zsh or fish complete commands, sweeps and trials",
    .details = "Where sweep is installed the shells find it by themselves. Otherwise, in "
               "~/.bashrc:\n\n  source <(sweep completion bash)",
    .options = SUBCOMMAND_OPTIONS(&option_output),
    .run = cmd_completion,
};

const struct subcommand subcommand_complete = {
    .name = "__complete",
    .rank = SUBCOMMAND_HIDDEN,
    .operand = "[-- WORD ...]",
    .summary = "what may stand in the place of the last word",
    .options = SUBCOMMAND_NO_OPTIONS,
    .takes_command = true,
    .run = cmd_complete,
};
