/* Stands before the C library's syncs (LD_PRELOAD) and keeps a diary of what is really on the disk.
 *
 * SHIM_DIARY      each successful sync appends "<size> <path>\n": the size the file had before the sync.
 * SHIM_FAIL_AT    the n-th sync of a file below SHIM_FAIL_BELOW (1 is the first) fails with EIO, and every later one too.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long syncs;

static int diary(void) {
    static atomic_int fd = -2;
    int known = atomic_load(&fd);
    if (known == -2) {
        const char *path = getenv("SHIM_DIARY");
        known = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
        atomic_store(&fd, known);
    }
    return known;
}

static int path_of(int fd, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    if (length < 0) return -1;
    path[length] = 0;
    return 0;
}

static int sync_with(const char *name, int fd) {
    int (*real)(int) = dlsym(RTLD_NEXT, name);
    char path[4096], line[4200];
    struct stat before;
    int is_known = path_of(fd, path, sizeof path) == 0 && fstat(fd, &before) == 0 && S_ISREG(before.st_mode);
    const char *fail_at = getenv("SHIM_FAIL_AT"), *below = getenv("SHIM_FAIL_BELOW");
    if (is_known && fail_at && below && strncmp(path, below, strlen(below)) == 0 &&
        atomic_fetch_add(&syncs, 1) + 1 >= atol(fail_at)) {
        errno = EIO;
        return -1;
    }
    int result = real(fd);
    if (result == 0 && is_known && diary() >= 0) {
        int length = snprintf(line, sizeof line, "%lld %s\n", (long long)before.st_size, path);
        if (write(diary(), line, length) != length) abort();
    }
    return result;
}

int fdatasync(int fd) { return sync_with("fdatasync", fd); }
int fsync(int fd) { return sync_with("fsync", fd); }
