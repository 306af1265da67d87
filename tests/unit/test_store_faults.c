/*
 * sweep.db when the disk fails and when the power is cut: what was acknowledged is there, and the
 * database is sound.
 *
 * A file system of SQLite's own kind (a VFS) stands between the store and the disk. It can fail the
 * n-th call, once or from then on; and it remembers what was written and not yet synced, so that at
 * any call it can tell what a disk could hold if the power went away: any part of that, in sectors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/number.h"
#include "store/connection.h"
#include "store_fixture.h"
#include "sweep/rng.h"

#define SECTOR      512
#define FILES_MAX   8
#define TRIALS      9 /* commits of the story */
#define PENDING_MAX 4096

/* A write that was not synced; size 0: the file was cut at the offset. */
struct pending {
    sqlite3_int64 offset;
    int size;
    unsigned char *data;
};

/* What the disk is known to hold of a file, and what it may hold. */
struct image {
    char name[128];
    unsigned char *durable;
    size_t size;
    bool is_named; /* its name is durable too */
    struct pending pending[PENDING_MAX];
    size_t pending_count;
};

/* The file system and its troubles. */
struct disk {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    long calls;   /* that could have failed, so far */
    long fail_at; /* the call that fails; 0: none */
    bool sticky;  /* and all after it */
    int failure;  /* SQLITE_FULL, or SQLITE_IOERR for the error that fits the call */
    bool failed;
    long cut_at;      /* the call before which the power goes; 0: never */
    const char *into; /* the directory where the remains are laid down */
    bool is_cut;
    unsigned acknowledged;        /* commits, as counted by the story */
    unsigned acknowledged_at_cut; /* of these before the cut */
    struct sweep_rng rng;
    struct image images[FILES_MAX];
    size_t image_count;
};

struct disk_file {
    sqlite3_file base;
    struct disk *disk;
    struct image *image; /* NULL: not remembered */
    sqlite3_file *real;  /* behind this struct */
};

/* Apply one write to the bytes of a file. */
static void apply(unsigned char **bytes, size_t *size, sqlite3_int64 offset, const void *data,
                  size_t count)
{
    size_t end = (size_t)offset + count;

    if (count == 0) {
        *size = (size_t)offset < *size ? (size_t)offset : *size;
        return;
    }
    if (end > *size) {
        *bytes = sweep_realloc_array(*bytes, end, 1);
        memset(*bytes + *size, 0, end - *size);
        *size = end;
    }
    memcpy(*bytes + offset, data, count);
}

static void forget(struct image *image)
{
    for (size_t i = 0; i < image->pending_count; i++)
        sweep_free(image->pending[i].data);
    image->pending_count = 0;
}

static void remember(struct image *image, sqlite3_int64 offset, const void *data, int size)
{
    struct pending *pending = &image->pending[image->pending_count++];

    assert_true(image->pending_count <= PENDING_MAX);
    *pending = (struct pending){offset, size, sweep_alloc((size_t)size)};
    if (size)
        memcpy(pending->data, data, (size_t)size);
}

/* Lay down what the disk may hold of one file: of every unsynced write, any of its sectors. */
static void lay_down(struct disk *disk, const struct image *image)
{
    unsigned char *bytes = sweep_alloc(image->size);
    size_t size = image->size;
    char path[256];
    FILE *file;

    if (!image->is_named && sweep_rng_below(&disk->rng, 2))
        goto out; /* it never got its name */
    if (size)
        memcpy(bytes, image->durable, size);
    for (size_t i = 0; i < image->pending_count; i++) {
        const struct pending *pending = &image->pending[i];

        for (int at = 0; at < pending->size || at == 0; at += SECTOR) {
            int count = pending->size - at < SECTOR ? pending->size - at : SECTOR;

            if (sweep_rng_below(&disk->rng, 2))
                apply(&bytes, &size, pending->offset + at, pending->data + at, (size_t)count);
        }
    }
    snprintf(path, sizeof path, "%s/%s", disk->into, strrchr(image->name, '/') + 1);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
out:
    sweep_free(bytes);
}

/* Count a call that can fail. @return what it is to fail with, or SQLITE_OK */
static int count_call(struct disk *disk, int failure)
{
    disk->calls++;
    if (disk->calls == disk->cut_at) {
        disk->is_cut = true;
        disk->acknowledged_at_cut = disk->acknowledged;
        for (size_t i = 0; i < disk->image_count; i++)
            lay_down(disk, &disk->images[i]);
    }
    if (!disk->fail_at || disk->calls < disk->fail_at ||
        (disk->calls > disk->fail_at && !disk->sticky))
        return SQLITE_OK;
    disk->failed = true;
    return disk->failure == SQLITE_IOERR ? failure : disk->failure;
}

#define REAL(file)           (((struct disk_file *)(file))->real)
#define CALL(file, name)     REAL(file)->pMethods->name
#define COUNT(file, failure) count_call(((struct disk_file *)(file))->disk, (failure))

static int disk_close(sqlite3_file *file)
{
    return CALL(file, xClose)(REAL(file));
}

static int disk_read(sqlite3_file *file, void *data, int size, sqlite3_int64 offset)
{
    return CALL(file, xRead)(REAL(file), data, size, offset);
}

static int disk_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    int rc = COUNT(file, SQLITE_IOERR_WRITE);
    struct image *image = ((struct disk_file *)file)->image;

    if (rc != SQLITE_OK)
        return rc;
    if (image)
        remember(image, offset, data, size);
    return CALL(file, xWrite)(REAL(file), data, size, offset);
}

static int disk_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int rc = COUNT(file, SQLITE_IOERR_TRUNCATE);
    struct image *image = ((struct disk_file *)file)->image;

    if (rc != SQLITE_OK)
        return rc;
    if (image)
        remember(image, size, NULL, 0);
    return CALL(file, xTruncate)(REAL(file), size);
}

static int disk_sync(sqlite3_file *file, int flags)
{
    int rc = COUNT(file, SQLITE_IOERR_FSYNC);
    struct image *image = ((struct disk_file *)file)->image;
    (void)flags;

    if (rc != SQLITE_OK)
        return rc;
    for (size_t i = 0; image && i < image->pending_count; i++)
        apply(&image->durable, &image->size, image->pending[i].offset, image->pending[i].data,
              (size_t)image->pending[i].size);
    if (image) {
        forget(image);
        image->is_named = true; /* SQLite syncs the directory with the first sync of a log */
    }
    return SQLITE_OK; /* the real disk need not wait */
}

static int disk_file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return CALL(file, xFileSize)(REAL(file), size);
}

static int disk_lock(sqlite3_file *file, int level)
{
    return CALL(file, xLock)(REAL(file), level);
}

static int disk_unlock(sqlite3_file *file, int level)
{
    return CALL(file, xUnlock)(REAL(file), level);
}

static int disk_check_reserved(sqlite3_file *file, int *out)
{
    return CALL(file, xCheckReservedLock)(REAL(file), out);
}

static int disk_control(sqlite3_file *file, int operation, void *argument)
{
    return CALL(file, xFileControl)(REAL(file), operation, argument);
}

static int disk_sector_size(sqlite3_file *file)
{
    (void)file;
    return SECTOR;
}

static int disk_characteristics(sqlite3_file *file)
{
    (void)file;
    return 0; /* promises nothing: no atomic writes, no safe append, no order */
}

static int disk_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    int rc = COUNT(file, SQLITE_IOERR_SHMMAP);

    return rc != SQLITE_OK ? rc : CALL(file, xShmMap)(REAL(file), page, size, extend, out);
}

static int disk_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return CALL(file, xShmLock)(REAL(file), offset, count, flags);
}

static void disk_shm_barrier(sqlite3_file *file)
{
    CALL(file, xShmBarrier)(REAL(file));
}

static int disk_shm_unmap(sqlite3_file *file, int delete_it)
{
    return CALL(file, xShmUnmap)(REAL(file), delete_it);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = disk_close,
    .xRead = disk_read,
    .xWrite = disk_write,
    .xTruncate = disk_truncate,
    .xSync = disk_sync,
    .xFileSize = disk_file_size,
    .xLock = disk_lock,
    .xUnlock = disk_unlock,
    .xCheckReservedLock = disk_check_reserved,
    .xFileControl = disk_control,
    .xSectorSize = disk_sector_size,
    .xDeviceCharacteristics = disk_characteristics,
    .xShmMap = disk_shm_map,
    .xShmLock = disk_shm_lock,
    .xShmBarrier = disk_shm_barrier,
    .xShmUnmap = disk_shm_unmap,
};

/* The image of a file; what it holds when it is first opened is durable. */
static struct image *find_image(struct disk *disk, const char *name)
{
    struct image *image;
    FILE *file;

    for (size_t i = 0; i < disk->image_count; i++)
        if (strcmp(disk->images[i].name, name) == 0)
            return &disk->images[i];
    assert_true(disk->image_count < FILES_MAX);
    image = &disk->images[disk->image_count++];
    snprintf(image->name, sizeof image->name, "%s", name);
    file = fopen(name, "rb");
    if (file) {
        image->is_named = true;
        fseek(file, 0, SEEK_END);
        image->size = (size_t)ftell(file);
        image->durable = sweep_alloc(image->size);
        rewind(file);
        assert_int_equal(fread(image->durable, 1, image->size, file), image->size);
        fclose(file);
    }
    return image;
}

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                     int *out_flags)
{
    struct disk *disk = vfs->pAppData;
    struct disk_file *own = (struct disk_file *)file;
    int rc = count_call(disk, SQLITE_CANTOPEN);

    memset(own, 0, sizeof *own);
    if (rc != SQLITE_OK)
        return rc;
    own->disk = disk;
    own->real = (sqlite3_file *)(own + 1);
    own->image = name && disk->cut_at ? find_image(disk, name) : NULL;
    rc = disk->real->xOpen(disk->real, name, own->real, flags, out_flags);
    own->base.pMethods = rc == SQLITE_OK ? &methods : NULL;
    return rc;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    struct disk *disk = vfs->pAppData;

    return disk->real->xDelete(disk->real, name, sync);
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    struct disk *disk = vfs->pAppData;

    return disk->real->xAccess(disk->real, name, flags, out);
}

static int disk_full_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    struct disk *disk = vfs->pAppData;

    return disk->real->xFullPathname(disk->real, name, size, out);
}

static int disk_randomness(sqlite3_vfs *vfs, int size, char *out)
{
    struct disk *disk = vfs->pAppData;

    return disk->real->xRandomness(disk->real, size, out);
}

static int disk_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int disk_time(sqlite3_vfs *vfs, double *out)
{
    struct disk *disk = vfs->pAppData;

    return disk->real->xCurrentTime(disk->real, out);
}

static int disk_last_error(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs, (void)size, (void)out;
    return 0;
}

static struct disk *disk_create(void)
{
    struct disk *disk = sweep_alloc(sizeof *disk);

    disk->real = sqlite3_vfs_find(NULL);
    disk->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(struct disk_file) + disk->real->szOsFile,
        .mxPathname = disk->real->mxPathname,
        .zName = "trouble",
        .pAppData = disk,
        .xOpen = disk_open,
        .xDelete = disk_delete,
        .xAccess = disk_access,
        .xFullPathname = disk_full_path,
        .xRandomness = disk_randomness,
        .xSleep = disk_sleep,
        .xCurrentTime = disk_time,
        .xGetLastError = disk_last_error,
    };
    assert_int_equal(sqlite3_vfs_register(&disk->vfs, 1), SQLITE_OK);
    return disk;
}

static void disk_free(struct disk *disk)
{
    assert_int_equal(sqlite3_vfs_unregister(&disk->vfs), SQLITE_OK);
    for (size_t i = 0; i < disk->image_count; i++) {
        forget(&disk->images[i]);
        sweep_free(disk->images[i].durable);
    }
    sweep_free(disk);
}

static bool record_next(struct store_fixture *f, struct store *store, uint64_t number,
                        struct sweep_error *err)
{
    struct sweep_trial trial = fixture_trial(f, number);

    return store_begin(store, err) && store_record_trial(store, f->space, &trial, err) &&
           store_record_event(store, 1, (struct attempt_key){number, 0}, "suggested", "x", err) &&
           store_commit(store, err);
}

/* Open, commit TRIALS trials with a checkpoint every few, close. A turn that fails for lack of
 * space is tried again as a whole, as a runner does. */
static void tell_story(struct store_fixture *f, struct disk *disk, struct sweep_error *err)
{
    struct store *store = store_open(f->path, STORE_WRITE, err);

    disk->acknowledged = 0;
    while (store && disk->acknowledged < TRIALS && !disk->is_cut) {
        store->checkpoint_pages = 5;
        if (!record_next(f, store, disk->acknowledged + 1, err)) {
            store_rollback(store);
            if (err->code != SWEEP_NO_SPACE || disk->sticky)
                break;
            memset(err, 0, sizeof *err);
            if (!record_next(f, store, disk->acknowledged + 1, err))
                break;
        }
        disk->acknowledged++;
    }
    store_close(store);
}

/* What a new process finds at a path. */
static size_t count_trials(struct store_fixture *f, const char *path)
{
    struct store *store = store_open(path, STORE_WRITE, &f->error);
    struct store_trials trials;

    if (!store)
        fail_msg("%s", f->error.message);
    MUST(store_check(store, err));
    MUST(store_load_trials(store, f->space, &f->arena, true, &trials, err));
    store_close(store);
    return trials.count;
}

static void fail_each_call(int failure, bool sticky)
{
    bool failed = true;
    long n;

    for (n = 1; failed; n++) {
        struct store_fixture fixture, *f = &fixture;
        struct sweep_error err = {0};
        struct disk *disk;
        size_t found;

        fixture_open(f);
        store_close(f->store);
        f->store = NULL;
        disk = disk_create();
        disk->fail_at = n;
        disk->failure = failure;
        disk->sticky = sticky;
        tell_story(f, disk, &err);
        failed = disk->failed;

        unsigned acknowledged = disk->acknowledged;

        disk_free(disk);
        found = count_trials(f, f->path);
        /* A commit that failed may have reached the disk: a resumed runner reads what is there. */
        if (found < acknowledged || found > acknowledged + 1 || (!failed && found != TRIALS))
            fail_msg("call %ld: %u acknowledged, %zu found: %s", n, acknowledged, found,
                     err.message);
        if (err.code == SWEEP_BUG || err.code == SWEEP_BUSY)
            fail_msg("call %ld: code %d: %s", n, err.code, err.message);
        fixture_close(f);
    }
    assert_true(n > 3 * TRIALS);
}

static void test_each_call_fails_once(void **state)
{
    (void)state;
    fail_each_call(SQLITE_IOERR, false);
}

static void test_all_calls_fail_from_one_on(void **state)
{
    (void)state;
    fail_each_call(SQLITE_IOERR, true);
}

static void test_each_call_finds_the_disk_full_once(void **state)
{
    (void)state;
    fail_each_call(SQLITE_FULL, false);
}

/* Cut the power before call `n` of the story. @return whether there was such a call */
static bool cut_power(long n, uint64_t seed)
{
    struct store_fixture before, after, *f = &after;
    struct sweep_error err = {0};
    struct disk *disk;
    bool is_cut;

    fixture_open(&before);
    fixture_open(f);
    store_close(before.store);
    store_close(f->store);
    before.store = f->store = NULL;
    disk = disk_create();
    disk->cut_at = n;
    disk->into = f->directory;
    sweep_rng_init(&disk->rng, seed, (uint64_t)n);
    tell_story(&before, disk, &err);
    is_cut = disk->is_cut;

    unsigned acknowledged = disk->acknowledged_at_cut;

    disk_free(disk);
    if (is_cut) {
        size_t found = count_trials(f, f->path);

        if (found < acknowledged || found > acknowledged + 1)
            fail_msg("cut %ld, seed %llu: %u acknowledged, %zu found", n, (unsigned long long)seed,
                     acknowledged, found);
    }
    fixture_close(&before);
    fixture_close(f);
    return is_cut;
}

/* Before every call of the story, SEEDS times (default 2) with other remains on the disk. */
static void test_acknowledged_commits_survive_a_power_cut(void **state)
{
    const char *text = getenv("SEEDS");
    uint64_t seeds = 2;
    long cuts = 0;
    (void)state;

    if (text && number_parse_uint64(strview_of(text), &seeds) != NUMBER_OK)
        fail_msg("SEEDS is no number");
    for (uint64_t seed = 1; seed <= seeds; seed++)
        for (long n = 1; cut_power(n, seed); n++)
            cuts++;
    print_message("%ld cuts\n", cuts);
    assert_true(cuts > 2 * 5 * TRIALS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_call_fails_once),
        cmocka_unit_test(test_all_calls_fail_from_one_on),
        cmocka_unit_test(test_each_call_finds_the_disk_full_once),
        cmocka_unit_test(test_acknowledged_commits_survive_a_power_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
