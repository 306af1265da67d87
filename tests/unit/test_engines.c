/*
 * What each engine is told, word by word, and what of the environment goes where.
 */
#include "exec/container/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "config/key.h"
#include "vector.h"

#define TOKEN "0123456789abcdef0123456789abcdef"
#define NAME  "sweep-trial-" TOKEN

static char *command[] = {TEXT("python"), TEXT("train.py"), TEXT("--lr=0.1"), NULL};
static char *own[] = {TEXT("SWEEP_TRIAL=3"), TEXT("SWEEP_TOKEN=" TOKEN), TEXT("PATH=/opt/bin"),
                      TEXT("KEY=a b"), NULL};
static char *inherited[] = {TEXT("PATH=/usr/bin"), TEXT("HOME=/home/u"), TEXT("KEY=outer"),
                            TEXT("SWEEP_TOKEN=of an outer sweep"), NULL};
static char *no_gpus[] = {NULL};
static char *two_gpus[] = {TEXT("GPU-a"), TEXT("GPU-b"), NULL};
static const uint32_t cpus[] = {2, 3, 7};

static const struct container_mount mounts[] = {{"/home/u/work", "/home/u/work", false},
                                                {"/data", "/in", true}};
static const char *const options[] = {"--network=host"};

static struct container_settings settings_of(const char *engine)
{
    return (struct container_settings){.engine = container_engine_find(engine),
                                       .image = "/i/image",
                                       .mounts = mounts,
                                       .mount_count = 2,
                                       .options = options,
                                       .option_count = 1,
                                       .user = 1000,
                                       .group = 100,
                                       .shared_memory_bytes = 4096};
}

static struct container_request request_of(const struct container_settings *settings)
{
    return (struct container_request){.settings = settings,
                                      .sweep = "digits",
                                      .key = {.trial = 3, .number = 2},
                                      .token = TOKEN,
                                      .workdir = "/home/u/work/src",
                                      .directory = "/sweeps/digits/trials/000003",
                                      .argv = command,
                                      .own = own,
                                      .inherited = inherited,
                                      .nvidia = no_gpus,
                                      .bundle = "/sweeps/digits/trials/000003/2.bundle"};
}

static const char *join(char *const *words)
{
    static char text[8192];
    struct strbuf line;
    strbuf_init(&line, sizeof text);
    for (size_t i = 0; words[i] != NULL; i++)
        strbuf_printf(&line, "%s%s", i > 0 ? " " : "", words[i]);
    (void)snprintf(text, sizeof text, "%s", strbuf_text(&line));
    strbuf_release(&line);
    return text;
}

static void assert_words(const struct container_request *request, const char *expected)
{
    struct arena arena = {0};
    struct spec spec = {0};
    container_wrap(&arena, request, &spec);
    assert_string_equal(join(spec.argv), expected);
    arena_release(&arena);
}

static void test_docker(void **state)
{
    (void)state;
    struct container_settings settings = settings_of("docker");
    struct container_request request = request_of(&settings);
    assert_words(&request, "docker run --rm --init --pull=never --log-driver=none --name=" NAME
                           " --label=sweep.name=digits --label=sweep.trial=3 --user=1000:100"
                           " --workdir=/home/u/work/src --shm-size=4096b"
                           " --mount=type=bind,source=/home/u/work,target=/home/u/work"
                           " --mount=type=bind,source=/data,target=/in,readonly"
                           " --mount=type=bind,source=/sweeps/digits/trials/000003,"
                           "target=/sweeps/digits/trials/000003"
                           " --env=SWEEP_TRIAL --env=SWEEP_TOKEN --env=PATH=/opt/bin --env=KEY"
                           " --env=HOME=/tmp --network=host /i/image python train.py --lr=0.1");
}

/* One argument of docker is a CSV record of its own. */
static void test_gpus_and_limits(void **state)
{
    (void)state;
    struct container_settings settings = settings_of("docker");
    struct container_request request = request_of(&settings);
    settings.mount_count = 0;
    settings.option_count = 0;
    settings.user = 0;
    settings.group = 0;
    request.nvidia = two_gpus;
    request.memory_bytes = 1u << 30;
    request.cpus = cpus;
    request.cpu_count = 3;
    request.directory = "/home/u/work/src/sweeps/digits/trials/000003";
    assert_words(&request, "docker run --rm --init --pull=never --log-driver=none --name=" NAME
                           " --label=sweep.name=digits --label=sweep.trial=3 --user=0:0"
                           " --workdir=/home/u/work/src --shm-size=4096b --memory=1073741824b"
                           " --cpuset-cpus=2,3,7 --gpus=\"device=GPU-a,GPU-b\""
                           " --mount=type=bind,source=/home/u/work/src,target=/home/u/work/src"
                           " --env=SWEEP_TRIAL --env=SWEEP_TOKEN --env=PATH=/opt/bin --env=KEY"
                           " /i/image python train.py --lr=0.1");
}

static const char *word_with(char *const *argv, const char *start)
{
    for (size_t i = 0; argv[i] != NULL; i++)
        if (strncmp(argv[i], start, strlen(start)) == 0)
            return argv[i];
    return NULL;
}

static size_t count_with(char *const *argv, const char *start)
{
    size_t count = 0;
    for (size_t i = 0; argv[i] != NULL; i++)
        count += strncmp(argv[i], start, strlen(start)) == 0;
    return count;
}

static const struct gpu_row {
    const char *engine;
    enum container_gpus gpus;
    bool has_amd;
    const char *expected[5]; /* the words about GPUs, in no order */
} gpu_rows[] = {
    {"docker", CONTAINER_GPUS_AUTO, false, {"--gpus=\"device=GPU-a,GPU-b\""}},
    {"docker",
     CONTAINER_GPUS_CDI,
     false,
     {"--device=nvidia.com/gpu=GPU-a", "--device=nvidia.com/gpu=GPU-b"}},
    {"docker", CONTAINER_GPUS_NONE, true, {NULL}},
    {"podman",
     CONTAINER_GPUS_AUTO,
     true,
     {"--device=nvidia.com/gpu=GPU-a", "--device=nvidia.com/gpu=GPU-b", "--device=/dev/kfd",
      "--device=/dev/dri"}},
    {"apptainer", CONTAINER_GPUS_AUTO, true, {"--nv", "--rocm"}},
    {"apptainer", CONTAINER_GPUS_NONE, true, {NULL}},
};

static void test_gpus_of_each(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof gpu_rows / sizeof gpu_rows[0]; i++) {
        const struct gpu_row *row = &gpu_rows[i];
        struct arena arena = {0};
        struct spec spec = {0};
        struct container_settings settings = settings_of(row->engine);
        struct container_request request = request_of(&settings);
        settings.gpus = row->gpus;
        request.nvidia = two_gpus;
        request.has_amd = row->has_amd;
        container_wrap(&arena, &request, &spec);
        size_t expected = 0;
        for (; row->expected[expected] != NULL; expected++)
            assert_non_null(word_with(spec.argv, row->expected[expected]));
        assert_int_equal(count_with(spec.argv, "--gpus") + count_with(spec.argv, "--device") +
                             count_with(spec.argv, "--nv") + count_with(spec.argv, "--rocm"),
                         expected);
        arena_release(&arena);
    }
}

/* Without root the user of a container is chosen by the engine's own ways. */
static void test_users(void **state)
{
    (void)state;
    static const struct {
        const char *engine;
        uid_t user;
        bool is_mapped;
        const char *expected;
        size_t namespaces;
    } rows[] = {
        {"docker", 1000, false, "--user=1000:100", 0},
        {"docker", 1000, true, "--user=0:0", 0},
        {"podman", 1000, false, "--user=1000:100", 1},
        {"podman", 0, false, "--user=0:100", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena arena = {0};
        struct spec spec = {0};
        struct container_settings settings = settings_of(rows[i].engine);
        struct container_request request = request_of(&settings);
        settings.user = rows[i].user;
        settings.is_mapped = rows[i].is_mapped;
        container_wrap(&arena, &request, &spec);
        assert_string_equal(word_with(spec.argv, "--user="), rows[i].expected);
        assert_int_equal(count_with(spec.argv, "--userns=keep-id"), rows[i].namespaces);
        bool is_nobody = rows[i].user != 0 && !rows[i].is_mapped;
        assert_int_equal(count_with(spec.argv, "--env=HOME=/tmp"), is_nobody);
        arena_release(&arena);
    }
}

static void test_apptainer(void **state)
{
    (void)state;
    struct container_settings settings = settings_of("apptainer");
    struct container_request request = request_of(&settings);
    struct arena arena = {0};
    struct spec spec = {0};
    request.memory_bytes = 1u << 30;
    assert_words(&request, "apptainer exec --cleanenv --pwd=/home/u/work/src"
                           " --bind=/home/u/work:/home/u/work --bind=/data:/in:ro"
                           " --bind=/sweeps/digits/trials/000003:/sweeps/digits/trials/000003"
                           " --network=host /i/image python train.py --lr=0.1");
    container_wrap(&arena, &request, &spec);
    assert_string_equal(join(spec.envp), "PATH=/usr/bin HOME=/home/u KEY=outer"
                                         " APPTAINERENV_SWEEP_TRIAL=3 SWEEP_TOKEN=" TOKEN
                                         " APPTAINERENV_SWEEP_TOKEN=" TOKEN
                                         " APPTAINERENV_PATH=/opt/bin APPTAINERENV_KEY=a b");
    assert_null(spec.container.name); /* its processes are below ours */
    assert_int_equal(spec.memory_bytes, 1u << 30);
    arena_release(&arena);
}

static void test_runc(void **state)
{
    (void)state;
    struct container_settings settings = settings_of("runc");
    struct container_request request = request_of(&settings);
    struct arena arena = {0};
    struct spec spec = {0};
    container_wrap(&arena, &request, &spec);
    assert_string_equal(join(spec.argv), "runc run --bundle /sweeps/digits/trials/000003/2.bundle"
                                         " --network=host " NAME);
    assert_string_equal(join(spec.envp), "PATH=/usr/bin HOME=/home/u KEY=outer SWEEP_TOKEN=" TOKEN);
    assert_string_equal(join(spec.container.list), "runc list --quiet");
    assert_string_equal(join(spec.container.terminate), "runc kill " NAME " TERM");
    assert_string_equal(join(spec.container.remove), "runc delete --force " NAME);
    arena_release(&arena);
}

/* Values go by the client's environment, where all users could read its words; but what it heeds
 * itself stays its own. */
static void test_environment_of_a_client(void **state)
{
    (void)state;
    struct container_settings settings = settings_of("docker");
    struct container_request request = request_of(&settings);
    struct arena arena = {0};
    struct spec spec = {0};
    request.memory_bytes = 5;
    container_wrap(&arena, &request, &spec);
    assert_string_equal(join(spec.envp),
                        "PATH=/usr/bin HOME=/home/u SWEEP_TRIAL=3 SWEEP_TOKEN=" TOKEN " KEY=a b");
    assert_string_equal(spec.container.name, NAME);
    assert_string_equal(join(spec.container.list),
                        "docker ps --all --no-trunc --filter=name=" NAME " --format={{.Names}}");
    assert_string_equal(join(spec.container.terminate), "docker kill --signal=TERM " NAME);
    assert_string_equal(join(spec.container.remove), "docker rm --force --volumes " NAME);
    assert_int_equal(spec.memory_bytes, 0); /* the engine limits it */
    arena_release(&arena);
}

/* What is known of an attempt whose files are gone leads to the same container. */
static void test_reached_by_the_token_alone(void **state)
{
    (void)state;
    const struct container_engine *const *all = container_engine_all();
    for (size_t i = 0; all[i] != NULL; i++) {
        struct container_settings settings = settings_of(all[i]->name);
        struct container_request request = request_of(&settings);
        struct arena arena = {0};
        struct spec spec = {0};
        struct spec_container reached = {0};
        container_wrap(&arena, &request, &spec);
        container_reach(&arena, &settings, TOKEN, &reached);
        assert_int_equal(reached.name != NULL, all[i]->is_named);
        assert_int_equal(reached.name != NULL, spec.container.name != NULL);
        if (reached.name != NULL)
            for (size_t k = 0; reached.remove[k] != NULL; k++)
                assert_string_equal(reached.remove[k], spec.container.remove[k]);
        arena_release(&arena);
    }
}

/* The words that the YAML takes are the names in the table. */
static void test_the_key_knows_them_all(void **state)
{
    (void)state;
    const struct key *key = &container_section.keys[0];
    const struct container_engine *const *all = container_engine_all();
    assert_string_equal(key->name, "engine");
    size_t count = 0;
    for (; key->words[count] != NULL; count++)
        assert_string_equal(key->words[count], all[count]->name);
    assert_null(all[count]);
    assert_null(container_engine_find("lxc"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_docker),
        cmocka_unit_test(test_gpus_and_limits),
        cmocka_unit_test(test_gpus_of_each),
        cmocka_unit_test(test_users),
        cmocka_unit_test(test_apptainer),
        cmocka_unit_test(test_runc),
        cmocka_unit_test(test_environment_of_a_client),
        cmocka_unit_test(test_reached_by_the_token_alone),
        cmocka_unit_test(test_the_key_knows_them_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
