/*
 * A JSON document copied with some members replaced (OCI runtime specification, config.md).
 */
#include "run/runc_bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"
#include "base/sys.h"
#include "json/json.h"
#include "json/tree.h"

#define CONFIG_MAX     ((size_t)4 * 1024 * 1024)
#define DIRECTORY_MODE 0700
#define FILE_MODE      0600

struct bundle {
    struct arena arena;
    const struct container_request *request;
    struct json_writer w;
};

/* Writes the value of a member in place of what it was; NULL: it was not there. */
typedef void write_member(struct bundle *bundle, const struct json_node *old);

struct replacement {
    const char *name;
    write_member *write;
};

static void copy(struct json_writer *w, const struct json_node *node)
{
    switch (node->kind) {
    case JSON_NODE_NULL:
        json_put_null(w);
        break;
    case JSON_NODE_BOOL:
        json_put_boolean(w, node->boolean);
        break;
    case JSON_NODE_INT:
        json_put_integer(w, node->integer);
        break;
    case JSON_NODE_REAL:
        json_put_real(w, node->real);
        break;
    case JSON_NODE_TEXT:
        json_put_string(w, node->text);
        break;
    case JSON_NODE_LIST:
        json_begin_array(w);
        for (size_t i = 0; i < node->count; i++)
            copy(w, &node->items[i]);
        json_end_array(w);
        break;
    case JSON_NODE_MAP:
        json_begin_object(w);
        for (size_t i = 0; i < node->count; i++) {
            json_key(w, node->names[i]);
            copy(w, &node->items[i]);
        }
        json_end_object(w);
        break;
    }
}

static bool is_replaced(const struct replacement *rows, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0)
            return true;
    return false;
}

/* A map with some of its members replaced, or added. */
static void write_map(struct bundle *bundle, const struct json_node *old,
                      const struct replacement *rows, size_t count)
{
    bool is_map = old != NULL && old->kind == JSON_NODE_MAP;
    json_begin_object(&bundle->w);
    for (size_t i = 0; is_map && i < old->count; i++) {
        if (is_replaced(rows, count, old->names[i]))
            continue;
        json_key(&bundle->w, old->names[i]);
        copy(&bundle->w, &old->items[i]);
    }
    for (size_t i = 0; i < count; i++) {
        json_key(&bundle->w, rows[i].name);
        rows[i].write(bundle, json_member(old, rows[i].name));
    }
    json_end_object(&bundle->w);
}

static void write_texts(struct json_writer *w, char *const *items)
{
    for (size_t i = 0; items[i] != NULL; i++)
        json_put_string(w, items[i]);
}

/* --- process ---------------------------------------------------------------------------------- */

static void write_arguments(struct bundle *bundle, const struct json_node *old)
{
    (void)old;
    json_begin_array(&bundle->w);
    write_texts(&bundle->w, bundle->request->argv);
    json_end_array(&bundle->w);
}

static bool is_set(char *const *own, const char *entry)
{
    size_t size = strcspn(entry, "=") + 1;
    for (size_t i = 0; own[i] != NULL; i++)
        if (strncmp(own[i], entry, size) == 0)
            return true;
    return false;
}

/* NVIDIA's hook, where the bundle has it, reads which GPUs it is to let in. */
static void write_nvidia(struct bundle *bundle)
{
    struct strbuf list;
    strbuf_init(&list, CONFIG_MAX);
    for (size_t i = 0; bundle->request->nvidia[i] != NULL; i++)
        strbuf_printf(&list, "%s%s",
                      i > 0 ? "," : "NVIDIA_VISIBLE_DEVICES=", bundle->request->nvidia[i]);
    if (list.size > 0)
        json_put_string(&bundle->w, strbuf_text(&list));
    strbuf_release(&list);
}

static void write_environment(struct bundle *bundle, const struct json_node *old)
{
    bool is_list = old != NULL && old->kind == JSON_NODE_LIST;
    json_begin_array(&bundle->w);
    for (size_t i = 0; is_list && i < old->count; i++)
        if (old->items[i].kind == JSON_NODE_TEXT &&
            !is_set(bundle->request->own, old->items[i].text))
            json_put_string(&bundle->w, old->items[i].text);
    write_texts(&bundle->w, bundle->request->own);
    if (bundle->request->settings->gpus != CONTAINER_GPUS_NONE)
        write_nvidia(bundle);
    json_end_array(&bundle->w);
}

static void write_directory(struct bundle *bundle, const struct json_node *old)
{
    (void)old;
    json_put_string(&bundle->w, bundle->request->workdir);
}

static void write_no(struct bundle *bundle, const struct json_node *old)
{
    (void)old;
    json_put_boolean(&bundle->w, false);
}

static void write_process(struct bundle *bundle, const struct json_node *old)
{
    static const struct replacement rows[] = {{"terminal", write_no},
                                              {"args", write_arguments},
                                              {"env", write_environment},
                                              {"cwd", write_directory}};
    write_map(bundle, old, rows, ARRAY_LENGTH(rows));
}

/* --- root, mounts, limits --------------------------------------------------------------------- */

static void write_path(struct bundle *bundle, const struct json_node *old)
{
    const char *path = old != NULL && old->kind == JSON_NODE_TEXT ? old->text : "rootfs";
    if (path[0] == '/')
        json_put_string(&bundle->w, path);
    else
        json_put_string(&bundle->w, arena_printf(&bundle->arena, "%s/%s",
                                                 bundle->request->settings->image, path));
}

static void write_root(struct bundle *bundle, const struct json_node *old)
{
    static const struct replacement rows[] = {{"path", write_path}};
    write_map(bundle, old, rows, ARRAY_LENGTH(rows));
}

static void write_mount(struct json_writer *w, const struct container_mount *mount)
{
    json_begin_object(w);
    json_key(w, "destination");
    json_put_string(w, mount->inside);
    json_key(w, "type");
    json_put_string(w, "bind");
    json_key(w, "source");
    json_put_string(w, mount->host);
    json_key(w, "options");
    json_begin_array(w);
    json_put_string(w, "rbind");
    json_put_string(w, mount->is_read_only ? "ro" : "rw");
    json_end_array(w);
    json_end_object(w);
}

static void write_mounts(struct bundle *bundle, const struct json_node *old)
{
    const struct container_mount *mounts;
    size_t count = container_mounts(&bundle->arena, bundle->request, &mounts);
    bool is_list = old != NULL && old->kind == JSON_NODE_LIST;
    json_begin_array(&bundle->w);
    for (size_t i = 0; is_list && i < old->count; i++)
        copy(&bundle->w, &old->items[i]);
    for (size_t i = 0; i < count; i++)
        write_mount(&bundle->w, &mounts[i]);
    json_end_array(&bundle->w);
}

static void write_limit(struct bundle *bundle, const struct json_node *old)
{
    (void)old;
    json_put_unsigned(&bundle->w, bundle->request->memory_bytes);
}

static void write_memory(struct bundle *bundle, const struct json_node *old)
{
    static const struct replacement rows[] = {{"limit", write_limit}};
    write_map(bundle, old, rows, ARRAY_LENGTH(rows));
}

static void write_resources(struct bundle *bundle, const struct json_node *old)
{
    static const struct replacement rows[] = {{"memory", write_memory}};
    write_map(bundle, old, rows, ARRAY_LENGTH(rows));
}

static void write_linux(struct bundle *bundle, const struct json_node *old)
{
    static const struct replacement rows[] = {{"resources", write_resources}};
    write_map(bundle, old, rows, bundle->request->memory_bytes > 0 ? ARRAY_LENGTH(rows) : 0);
}

/* --- the document ----------------------------------------------------------------------------- */

static const struct json_node *read_config(struct bundle *bundle, struct sweep_error *err)
{
    const char *path =
        arena_printf(&bundle->arena, "%s/config.json", bundle->request->settings->image);
    struct strbuf bytes;
    strbuf_init(&bytes, CONFIG_MAX);
    const struct json_node *root = file_read(AT_FDCWD, path, &bytes, err)
                                       ? json_tree_parse(&bundle->arena, strbuf_view(&bytes), err)
                                       : NULL;
    strbuf_release(&bytes);
    if (root != NULL && root->kind != JSON_NODE_MAP) {
        (void)sweep_error_set(err, SWEEP_BAD_INPUT, "it is %s", json_node_describe(root));
        root = NULL;
    }
    if (root == NULL)
        (void)sweep_error_wrap(err, "%s is no configuration of a bundle", path);
    return root;
}

static bool save(int dir_fd, const char *path, const struct strbuf *text, struct sweep_error *err)
{
    struct arena arena = {0};
    const char *file = arena_printf(&arena, "%s/config.json", path);
    bool is_made = sys_mkdir(dir_fd, path, DIRECTORY_MODE) || errno == EEXIST;
    int fd = is_made ? sys_open(dir_fd, file, O_WRONLY | O_CREAT | O_TRUNC, FILE_MODE) : -1;
    bool written = fd >= 0 && sys_write(fd, text->data, text->size);
    int error_number = errno;
    sys_close(fd);
    arena_release(&arena);
    return written || sweep_error_set_errno(err, SWEEP_IO, error_number,
                                            "cannot write trials/%s/config.json", path);
}

bool runc_bundle_write(int dir_fd, const char *path, const struct container_request *request,
                       struct sweep_error *err)
{
    static const struct replacement rows[] = {{"process", write_process},
                                              {"root", write_root},
                                              {"mounts", write_mounts},
                                              {"linux", write_linux}};
    struct bundle bundle = {.request = request};
    struct strbuf text;
    strbuf_init(&text, CONFIG_MAX);
    json_init(&bundle.w, &text);
    const struct json_node *root = read_config(&bundle, err);
    bool written = root != NULL;
    if (written) {
        write_map(&bundle, root, rows, ARRAY_LENGTH(rows));
        strbuf_append_char(&text, '\n');
        written = save(dir_fd, path, &text, err);
    }
    strbuf_release(&text);
    arena_release(&bundle.arena);
    return written;
}
