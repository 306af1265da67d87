/*
 * Feed files to a fuzz target: how its corpus runs as an ordinary test, without libFuzzer.
 *
 *     fuzz_NAME FOLDER|FILE ...
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_SIZE 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned replayed;

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rbe");
    struct stat status;
    if (file == NULL || stat(path, &status) != 0) {
        fprintf(stderr, "cannot read %s\n", path);
        return 1;
    }
    size_t size = (size_t)status.st_size;
    uint8_t *data = malloc(size + 1);
    size = fread(data, 1, size, file);
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    replayed++;
    return 0;
}

static int replay(const char *path)
{
    DIR *folder = opendir(path);
    if (folder == NULL)
        return replay_file(path);
    int failed = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char inner[PATH_SIZE];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        failed |= replay_file(inner);
    }
    closedir(folder);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = argc < 2;
    for (int i = 1; i < argc; i++)
        failed |= replay(argv[i]);
    printf("%u inputs replayed\n", replayed);
    return failed || replayed == 0;
}
