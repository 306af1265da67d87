/*
 * A spec to bytes and back. Not for the file itself, nor for what the values mean.
 */
#include "journal/spec.h"

#include "journal/codec.h"

#define SPEC_MAGIC "SWEEPSPC"

/* Each item costs four bytes at least, so a count beyond this is a lie. */
#define VECTOR_MAX (SPEC_SIZE_MAX / 4)

static void put_vector(struct strbuf *out, char *const *items)
{
    uint32_t count = 0;
    while (items[count])
        count++;
    codec_put_u32(out, count);
    for (uint32_t i = 0; i < count; i++)
        codec_put_text(out, items[i]);
}

static uint32_t get_count(struct codec_reader *reader)
{
    uint32_t count = codec_get_u32(reader);
    if (count > VECTOR_MAX)
        reader->failed = true;
    return reader->failed ? 0 : count;
}

static char **get_vector(struct codec_reader *reader, struct arena *arena)
{
    uint32_t count = get_count(reader);
    char **items = arena_alloc_array(arena, (size_t)count + 1, sizeof *items);
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        items[i] = codec_get_text(reader, arena);
        if (!items[i])
            reader->failed = true;
    }
    return items;
}

static void put_patterns(struct strbuf *out, const struct spec *spec)
{
    codec_put_u32(out, (uint32_t)spec->pattern_count);
    for (size_t i = 0; i < spec->pattern_count; i++) {
        codec_put_text(out, spec->patterns[i].name);
        codec_put_text(out, spec->patterns[i].pattern);
    }
    codec_put_u32(out, (uint32_t)spec->step_pattern);
}

static void get_patterns(struct codec_reader *reader, struct arena *arena, struct spec *spec)
{
    uint32_t count = get_count(reader);
    struct spec_pattern *patterns = arena_alloc_array(arena, count, sizeof *patterns);
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        patterns[i].name = codec_get_text(reader, arena);
        patterns[i].pattern = codec_get_text(reader, arena);
        if (!patterns[i].name)
            reader->failed = true;
    }
    spec->patterns = patterns;
    spec->pattern_count = count;
    spec->step_pattern = (int32_t)codec_get_u32(reader);
    if (spec->step_pattern < -1 || spec->step_pattern >= (int64_t)count)
        reader->failed = true;
}

static void put_container(struct strbuf *out, const struct spec_container *container)
{
    char *const nothing[] = {NULL};
    bool is_named = container->name != NULL;
    codec_put_text(out, container->name);
    put_vector(out, is_named ? container->terminate : nothing);
    put_vector(out, is_named ? container->remove : nothing);
    put_vector(out, is_named ? container->list : nothing);
    codec_put_u32(out, (uint32_t)container->code_count);
    for (size_t i = 0; i < container->code_count; i++) {
        codec_put_u32(out, (uint32_t)container->codes[i].code);
        codec_put_u32(out, (uint32_t)container->codes[i].means);
        codec_put_text(out, container->codes[i].words);
    }
}

static void get_codes(struct codec_reader *reader, struct arena *arena,
                      struct spec_container *container)
{
    uint32_t count = codec_get_u32(reader);
    if (count > SPEC_CODES_MAX)
        reader->failed = true;
    if (reader->failed)
        return;
    struct spec_code *codes = arena_alloc_array(arena, count, sizeof *codes);
    for (uint32_t i = 0; i < count; i++) {
        codes[i].code = (int32_t)codec_get_u32(reader);
        uint32_t means = codec_get_u32(reader);
        if (means > ATTEMPT_SHORTAGE_MAX)
            reader->failed = true;
        codes[i].means = reader->failed ? ATTEMPT_SHORT_OF_NOTHING : (enum attempt_shortage)means;
        codes[i].words = codec_get_text(reader, arena);
    }
    container->codes = codes;
    container->code_count = count;
}

/* A name and the questions about it come together, or not at all. */
static void get_container(struct codec_reader *reader, struct arena *arena,
                          struct spec_container *container)
{
    container->name = codec_get_text(reader, arena);
    container->terminate = get_vector(reader, arena);
    container->remove = get_vector(reader, arena);
    container->list = get_vector(reader, arena);
    get_codes(reader, arena, container);
    if (reader->failed)
        return;
    bool has_all = container->terminate[0] && container->remove[0] && container->list[0];
    bool has_any = container->terminate[0] || container->remove[0] || container->list[0];
    bool has_name = container->name != NULL && container->name[0] != '\0';
    reader->failed = container->name != NULL ? !has_name || !has_all : has_any;
}

void spec_format(const struct spec *spec, struct strbuf *out)
{
    char *const nothing[] = {NULL};
    size_t frame = codec_begin_frame(out, SPEC_MAGIC, SPEC_FORMAT);
    codec_put_u64(out, spec->key.trial);
    codec_put_u32(out, spec->key.number);
    codec_put_text(out, spec->token);
    put_vector(out, spec->argv);
    put_vector(out, spec->envp);
    codec_put_text(out, spec->workdir);
    codec_put_i64(out, spec->timeout_ms);
    codec_put_i64(out, spec->grace_ms);
    codec_put_u64(out, spec->output_head_bytes);
    codec_put_u64(out, spec->output_tail_bytes);
    put_patterns(out, spec);
    codec_put_i64(out, spec->stall_ms);
    put_vector(out, spec->gpus != NULL ? spec->gpus : nothing);
    codec_put_u32(out, spec->lease_count);
    codec_put_u64(out, spec->memory_bytes);
    put_container(out, &spec->container);
    codec_end_frame(out, frame);
}

bool spec_parse(struct arena *arena, struct strview bytes, struct spec *out,
                struct sweep_error *err)
{
    struct codec_reader reader;
    if (!codec_open_frame(bytes, SPEC_MAGIC, SPEC_FORMAT, "spec", &reader, err))
        return false;
    struct spec spec = {0};
    spec.key.trial = codec_get_u64(&reader);
    spec.key.number = codec_get_u32(&reader);
    codec_get_fixed_text(&reader, spec.token, sizeof spec.token);
    spec.argv = get_vector(&reader, arena);
    spec.envp = get_vector(&reader, arena);
    spec.workdir = codec_get_text(&reader, arena);
    spec.timeout_ms = codec_get_i64(&reader);
    spec.grace_ms = codec_get_i64(&reader);
    spec.output_head_bytes = codec_get_u64(&reader);
    spec.output_tail_bytes = codec_get_u64(&reader);
    get_patterns(&reader, arena, &spec);
    spec.stall_ms = reader.format >= 2 ? codec_get_i64(&reader) : 0;
    if (reader.format >= 3) {
        spec.gpus = get_vector(&reader, arena);
        spec.lease_count = codec_get_u32(&reader);
    } else {
        spec.gpus = arena_alloc_array(arena, 1, sizeof *spec.gpus);
    }
    spec.memory_bytes = reader.format >= 4 ? codec_get_u64(&reader) : 0;
    if (reader.format >= 5)
        get_container(&reader, arena, &spec.container);
    if (spec.lease_count > SPEC_LEASES_MAX)
        reader.failed = true;
    if (reader.failed || !spec.argv[0])
        return sweep_error_set(err, SWEEP_IO, "the spec file does not hold a command");
    *out = spec;
    return true;
}
