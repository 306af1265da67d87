/*
 * The rows of `trial.container`. Which engines there are is exec's; a test holds the words here to
 * them.
 */
#include "base/array.h"
#include "config/key.h"
#include "config/reader.h"

static const char *const engines[] = {"docker", "podman", "apptainer", "runc", NULL};
static const char *const gpu_ways[] = {"auto", "cdi", "none", NULL};

static const struct key container_keys[] = {
    {.name = "engine",
     .takes = "docker, podman, apptainer or runc",
     .words = engines,
     .help = "the engine that runs the command; `sweep doctor` says which of them work here",
     .read = read_engine},
    {.name = "image",
     .takes = "the name of an image; for apptainer a file, for runc the directory of a bundle",
     .accepts = KEY_TEXT,
     .help = "what the command runs in; it must be on the machine, nothing is fetched",
     .read = read_image},
    {.name = "mounts",
     .takes = "a list of HOST, HOST:INSIDE or HOST:INSIDE:ro",
     .accepts = KEY_LIST,
     .help = "directories or files that trials see besides their own and those they start from; "
             "HOST is seen from where the sweep was first started, and without INSIDE it has the "
             "same path in there",
     .read = read_mounts},
    {.name = "gpus",
     .takes = "auto, cdi or none",
     .words = gpu_ways,
     .help = "how a trial's GPUs get in: as the engine does by itself, by CDI, or not at all",
     .standard = "auto",
     .read = read_container_gpus},
    {.name = "options",
     .takes = "a list of options, each as one word, as in [--network=host]",
     .accepts = KEY_LIST,
     .help = "what else the engine is told, in front of the image",
     .read = read_options},
};

const struct section container_section = {
    .name = "trial.container",
    .title = "'trial.container'",
    .keys = container_keys,
    .count = ARRAY_LENGTH(container_keys),
};
