/*
 * Readers of `trial.container`. What is there on the machine is not looked at.
 */
#include "config/reader.h"

#include <string.h>

#include "base/array.h"
#include "base/nearest.h"

/* Options that are ours, or that would take the container out of our hands. */
static const char *const taken[] = {"--name", "--rm",        "--detach", "--restart", "--pull",
                                    "--init", "--sig-proxy", "--bundle", "--pid-file"};

/* Short ones that may stand together: -itd. */
#define FLAGS "ditPq"

static const char *text_of(const struct node *node)
{
    return node->kind == NODE_SCALAR ? node->text : "";
}

/* --- engine, image, gpus ---------------------------------------------------------------------- */

static size_t count_words(const char *const *words)
{
    size_t count = 0;
    while (words[count] != NULL)
        count++;
    return count;
}

void read_engine(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct config_container *container = field;
    const char *text = text_of(node);
    for (size_t i = 0; key->words[i] != NULL; i++)
        if (strcmp(text, key->words[i]) == 0)
            container->engine = key->words[i];
    container->engine_mark = node->mark;
    if (container->engine != NULL)
        return;
    container->is_wrong = true;
    if (text[0] == '\0') {
        reader_refuse(reader, key, node);
        return;
    }
    reader_error(reader, node, "there is no engine '%s'", text);
    const char *nearest = strcmp(text, "singularity") == 0
                              ? "apptainer"
                              : nearest_word(text, key->words, count_words(key->words));
    if (nearest != NULL)
        reader_hint(reader, "did you mean '%s'?", nearest);
    else
        reader_hint(reader, "there are: %s", key->takes);
}

void read_image(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct config_container *container = field;
    const char *text = text_of(node);
    container->image = text;
    container->image_mark = node->mark;
    container->is_wrong |= text[0] == '\0' || text[0] == '-';
    if (text[0] == '\0' && node->kind == NODE_SCALAR)
        reader_error(reader, node, "'image' is empty");
    else if (text[0] == '\0')
        reader_refuse(reader, key, node);
    else if (text[0] == '-')
        reader_error(reader, node, "'%s' is an option, not an image", text);
}

void read_container_gpus(struct reader *reader, const struct key *key, const struct node *node,
                         void *field)
{
    static const enum config_container_gpus ways[] = {CONFIG_GPUS_AUTO, CONFIG_GPUS_CDI,
                                                      CONFIG_GPUS_NONE};
    struct config_container *container = field;
    const char *text = text_of(node);
    for (size_t i = 0; i < ARRAY_LENGTH(ways) && key->words[i] != NULL; i++)
        if (strcmp(text, key->words[i]) == 0) {
            container->gpus = ways[i];
            container->gpus_mark = node->mark;
            return;
        }
    reader_refuse(reader, key, node);
}

/* --- mounts ----------------------------------------------------------------------------------- */

static bool is_mode(const char *text)
{
    return strcmp(text, "ro") == 0 || strcmp(text, "rw") == 0;
}

/* Split at colons. @return how many pieces there are, which may be more than `most` */
static size_t split(struct arena *arena, const char *text, const char **pieces, size_t most)
{
    size_t count = 0;
    for (;;) {
        size_t size = strcspn(text, ":");
        if (count < most)
            pieces[count] = arena_copy(arena, (struct strview){text, size});
        count++;
        if (text[size] == '\0')
            return count;
        text += size + 1;
    }
}

static bool is_usable(const char *text)
{
    return text[0] != '\0' && strpbrk(text, ",\"\n") == NULL;
}

/* What of a mount is wrong, or NULL. */
static const char *mount_fault(const struct config_mount *mount, size_t count)
{
    if (count == 0 || count > 2)
        return "is no mount: it takes HOST, HOST:INSIDE or HOST:INSIDE:ro";
    if (!is_usable(mount->host) || (mount->inside != NULL && !is_usable(mount->inside)))
        return "has a path that is empty, or with a comma or a quote in it: engines cannot take it";
    if (mount->host[0] == '~')
        return "begins with '~', which is a shell's: write the path out";
    if (mount->inside != NULL && mount->inside[0] != '/')
        return "has a path in the container that does not begin with '/'";
    if (mount->inside != NULL && mount->inside[strspn(mount->inside, "/.")] == '\0')
        return "would hide all of the image";
    return NULL;
}

static bool read_mount(struct reader *reader, const struct node *node, struct config_mount *mount)
{
    const char *pieces[3] = {NULL};
    const char *text = text_of(node);
    size_t count = split(reader->arena, text, pieces, ARRAY_LENGTH(pieces));
    if (count > 1 && count <= ARRAY_LENGTH(pieces) && is_mode(pieces[count - 1]))
        mount->is_read_only = strcmp(pieces[--count], "ro") == 0;
    mount->host = pieces[0];
    mount->inside = count > 1 ? pieces[1] : NULL;
    mount->mark = node->mark;
    const char *fault = mount_fault(mount, count);
    if (node->kind != NODE_SCALAR)
        reader_error(reader, node, "a mount is HOST, HOST:INSIDE or HOST:INSIDE:ro, not %s",
                     node_describe(node));
    else if (fault != NULL)
        reader_error(reader, node, "'%s' %s", text, fault);
    return fault == NULL;
}

static void check_twice(struct reader *reader, const struct config_container *container,
                        const struct node *node)
{
    const struct config_mount *last = &container->mounts[container->mount_count - 1];
    const char *path = last->inside != NULL ? last->inside : last->host;
    for (size_t i = 0; i + 1 < container->mount_count; i++) {
        const struct config_mount *mount = &container->mounts[i];
        if (strcmp(mount->inside != NULL ? mount->inside : mount->host, path) == 0)
            reader_error(reader, node, "two mounts have the same place in the container: %s", path);
    }
}

void read_mounts(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct config_container *container = field;
    if (node->kind != NODE_LIST) {
        reader_refuse(reader, key, node);
        return;
    }
    struct config_mount *mounts = arena_alloc_array(reader->arena, node->count, sizeof *mounts);
    container->mounts = mounts;
    for (size_t i = 0; i < node->count; i++) {
        if (!read_mount(reader, node->values[i], &mounts[container->mount_count]))
            continue;
        container->mount_count++;
        check_twice(reader, container, node->values[i]);
    }
}

/* --- options ---------------------------------------------------------------------------------- */

/* Whether it is that option, with or without a value. */
static bool is_option(const char *text, const char *option)
{
    size_t size = strlen(option);
    return strncmp(text, option, size) == 0 && (text[size] == '\0' || text[size] == '=');
}

static bool is_taken(const char *text)
{
    for (size_t i = 0; i < ARRAY_LENGTH(taken); i++)
        if (is_option(text, taken[i]))
            return true;
    bool is_short = text[0] == '-' && text[1] != '-';
    return is_short && strchr(text, 'd') != NULL && text[1 + strspn(text + 1, FLAGS)] == '\0';
}

static bool check_option(struct reader *reader, const struct node *node)
{
    const char *text = text_of(node);
    if (text[0] != '-' || strcmp(text, "-") == 0 || strcmp(text, "--") == 0) {
        reader_error(reader, node, "'%s' is no option in one word, as in --network=host",
                     node->kind == NODE_SCALAR ? text : node_describe(node));
        return false;
    }
    if (!is_taken(text))
        return true;
    reader_error(reader, node,
                 "'%s' cannot be set here: containers are named, ended and removed "
                 "by sweep",
                 text);
    return false;
}

void read_options(struct reader *reader, const struct key *key, const struct node *node,
                  void *field)
{
    struct config_container *container = field;
    if (node->kind != NODE_LIST) {
        reader_refuse(reader, key, node);
        return;
    }
    const char **options = arena_alloc_array(reader->arena, node->count, sizeof *options);
    for (size_t i = 0; i < node->count; i++)
        if (check_option(reader, node->values[i]))
            options[container->option_count++] = node->values[i]->text;
    container->options = options;
}

/* --- together --------------------------------------------------------------------------------- */

void read_container(struct reader *reader, const struct key *key, const struct node *node,
                    void *field)
{
    struct config_container *container = field;
    read_map(reader, key, node, field);
    if (node->kind != NODE_MAP || container->is_wrong)
        return;
    if (container->engine == NULL) {
        reader_error(reader, node,
                     "'container' needs an engine: docker, podman, apptainer or runc");
        container->is_wrong = true;
    } else if (container->image == NULL) {
        reader_error(reader, node, "'container' needs an image");
        container->is_wrong = true;
    }
}

static void check_image(struct reader *reader, const struct config_container *container)
{
    if (strcmp(container->engine, "apptainer") != 0 || strstr(container->image, "://") == NULL)
        return;
    diagnostics_add(reader->diagnostics, DIAGNOSTIC_ERROR, container->image_mark,
                    "each trial would fetch '%s' anew", container->image);
    reader_hint(reader, "apptainer pull image.sif %s, and then image: image.sif", container->image);
}

static void check_gpus(struct reader *reader, const struct config *config)
{
    const struct config_container *container = &config->trial.container;
    bool is_bundle = strcmp(container->engine, "runc") == 0;
    bool is_cdi = container->gpus == CONFIG_GPUS_CDI;
    if (is_bundle && config->resources.by_index)
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_ERROR, container->engine_mark,
                        "in a bundle of runc nobody knows how GPUs are counted: leave "
                        "resources.gpu_form out");
    if (is_cdi && (is_bundle || strcmp(container->engine, "apptainer") == 0))
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_ERROR, container->gpus_mark,
                        "%s is not told of GPUs by CDI, only docker and podman are",
                        container->engine);
}

void container_check(struct reader *reader)
{
    const struct config *config = &reader->draft.config;
    const struct config_container *container = &config->trial.container;
    if (container->engine == NULL || container->is_wrong)
        return;
    if (config->is_slurm) {
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_ERROR, container->engine_mark,
                        "trials that are jobs of Slurm cannot be put into containers here");
        reader_hint(reader,
                    "name the engine in 'command', as in apptainer exec --nv image.sif ...");
        return;
    }
    check_image(reader, container);
    check_gpus(reader, config);
}
