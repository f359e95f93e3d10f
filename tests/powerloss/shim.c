/* What a process does to the files of one folder, written down in order; and faults and another time on request.
 *
 * Preloaded (LD_PRELOAD) into the server under test; README.md says what the variables and the control file mean, and
 * trace.py reads what is written here. Linux with glibc. A record is written after its call has succeeded, under one
 * lock with the call itself, so that the order of the trace is the order of the calls; only a sync runs outside the
 * lock, and says from which record on it may have missed a write.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { OPEN = 1, WRITE, TRUNCATE, SYNC, RENAME, UNLINK, MKDIR, RMDIR, LINK, CLOSE };
enum { CREATED = 1, TRUNCATED = 2, FOLDER = 4, FAILED = 8 };

struct record {
	uint64_t seq;
	uint64_t begin;
	int64_t offset;
	uint64_t length;
	int32_t fd;
	uint32_t pid;
	uint16_t op;
	uint16_t flags;
	uint32_t first_path_length;
};

#define MOST_FDS 65536
#define MOST_FAULTS 32
#define CLOCK_CHECK_NS 10000000

static struct {
	char *path;
	int is_recorded;
} files[MOST_FDS];

struct fault {
	int op;
	int error;
	long after;
	long times;
	int is_short;
	int was_short;
	char path[256];
};

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t control_guard = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX];
static size_t folder_length;
static int trace_fd = -1;
static _Atomic uint64_t *last_seq;
static pid_t owner;
static const char *control;
static struct timespec control_changed;
static off_t control_size = -1;
static ino_t control_inode;
static struct fault faults[MOST_FAULTS];
static _Atomic int fault_count;
static _Atomic long clock_offset;
static _Atomic long clock_checked_ns;

#define REAL(name) ((__typeof__(&name))real_##name)
#define EACH_CALL(X) \
	X(open) X(open64) X(openat) X(openat64) X(creat) X(creat64) X(close) X(write) X(pwrite) X(pwrite64) X(writev) \
	X(pwritev) X(pwritev64) X(ftruncate) X(ftruncate64) X(truncate) X(truncate64) X(fallocate) X(fallocate64) \
	X(posix_fallocate) X(posix_fallocate64) X(fsync) X(fdatasync) X(rename) X(renameat) X(unlink) X(unlinkat) X(mkdir) \
	X(mkdirat) X(rmdir) X(link) X(linkat) X(sendfile) X(sendfile64) X(clock_gettime) X(gettimeofday) X(time)
#define DECLARE(name) static void *real_##name;
EACH_CALL(DECLARE)

extern ssize_t sendfile(int, int, off_t *, size_t);
extern ssize_t sendfile64(int, int, off64_t *, size_t);

static void find_real(void)
{
#define FIND(name) real_##name = dlsym(RTLD_NEXT, #name);
	EACH_CALL(FIND)
}

__attribute__((constructor)) static void begin(void)
{
	if (real_write == NULL)
		find_real();
	const char *wanted = getenv("STET_SHIM_FOLDER");
	const char *trace = getenv("STET_SHIM_TRACE");
	if (wanted == NULL || strlen(wanted) >= sizeof folder)
		return;
	strcpy(folder, wanted);
	folder_length = strlen(folder);
	control = getenv("STET_SHIM_CONTROL");
	if (trace != NULL && *trace) {
		char name[PATH_MAX + 8];
		int low = syscall(SYS_openat, AT_FDCWD, trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		/* Out of the way of programs that expect the lowest numbers. */
		trace_fd = fcntl(low, F_DUPFD_CLOEXEC, 900);
		syscall(SYS_close, low);
		snprintf(name, sizeof name, "%s.seq", trace);
		int fd = syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (trace_fd < 0 || fd < 0 || syscall(SYS_ftruncate, fd, (off_t)sizeof *last_seq) != 0)
			_exit(96);
		last_seq = mmap(NULL, sizeof *last_seq, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		syscall(SYS_close, fd);
		if (last_seq == MAP_FAILED)
			_exit(96);
	}
	owner = getpid();
}

/* A child between fork and exec shares nothing with us that it may change. */
static int is_ours(void)
{
	return folder_length != 0 && getpid() == owner;
}

static const char *absolute(int dirfd, const char *path, char *found)
{
	if (path[0] == '/')
		return path;
	if (dirfd == AT_FDCWD) {
		char here[PATH_MAX];
		if (getcwd(here, sizeof here) == NULL || snprintf(found, PATH_MAX, "%s/%s", here, path) >= PATH_MAX)
			return NULL;
		return found;
	}
	if (dirfd < 0 || dirfd >= MOST_FDS || files[dirfd].path == NULL)
		return NULL;
	return snprintf(found, PATH_MAX, "%s/%s", files[dirfd].path, path) >= PATH_MAX ? NULL : found;
}

static int is_inside(const char *path)
{
	return path != NULL && strncmp(path, folder, folder_length) == 0 &&
	       (path[folder_length] == '/' || path[folder_length] == 0);
}

static int ends_with(const char *path, const char *end)
{
	size_t length = strlen(path), end_length = strlen(end);
	return length >= end_length && strcmp(path + length - end_length, end) == 0;
}

/* The -shm file is shared memory and is built again from the WAL. */
static int is_worth_recording(const char *path)
{
	return trace_fd >= 0 && !ends_with(path, "-shm");
}

static int is_known(int fd)
{
	return fd >= 0 && fd < MOST_FDS && files[fd].path != NULL && is_ours();
}

static int is_recorded(int fd)
{
	return is_known(fd) && files[fd].is_recorded;
}

/* Inside the lock. Returns the number of the record. */
static uint64_t record(struct record *made, const struct iovec *parts, int count)
{
	struct iovec all[1 + 64];
	made->seq = atomic_load(last_seq) + 1;
	made->pid = (uint32_t)owner;
	made->length = 0;
	all[0].iov_base = made;
	all[0].iov_len = sizeof *made;
	for (int i = 0; i < count; i++) {
		all[1 + i] = parts[i];
		made->length += parts[i].iov_len;
	}
	size_t whole = sizeof *made + made->length;
	if (syscall(SYS_writev, trace_fd, all, 1 + count) != (ssize_t)whole) {
		static const char sentence[] = "shim: the trace cannot be written\n";
		syscall(SYS_write, 2, sentence, sizeof sentence - 1);
		_exit(97);
	}
	atomic_store(last_seq, made->seq);
	return made->seq;
}

static void record_paths(int op, int flags, int fd, const char *first, const char *second)
{
	struct iovec parts[2] = {{(void *)first, strlen(first)}, {(void *)(second ? second : ""), second ? strlen(second) : 0}};
	struct record made = {.op = (uint16_t)op, .flags = (uint16_t)flags, .fd = fd};
	made.first_path_length = (uint32_t)parts[0].iov_len;
	record(&made, parts, second ? 2 : 1);
}

/* --- Faults and time --- */

static int operation_named(const char *name)
{
	static const struct { const char *name; int op; } known[] = {
		{"write", WRITE}, {"fsync", SYNC}, {"open", OPEN}, {"rename", RENAME}, {"unlink", UNLINK}, {"mkdir", MKDIR}};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(name, known[i].name) == 0)
			return known[i].op;
	return 0;
}

static int error_named(const char *name)
{
	static const struct { const char *name; int error; } known[] = {
		{"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EDQUOT", EDQUOT}, {"EROFS", EROFS}, {"EACCES", EACCES}, {"EMFILE", EMFILE}};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(name, known[i].name) == 0)
			return known[i].error;
	return 0;
}

static void read_line(char *line, struct fault *made, int *is_fault, long *offset)
{
	char *rest = NULL;
	char *word = strtok_r(line, " \t", &rest);
	*is_fault = 0;
	if (word == NULL || *word == '#')
		return;
	if (strcmp(word, "clock") == 0) {
		word = strtok_r(NULL, " \t", &rest);
		*offset = word ? strtol(word, NULL, 10) : 0;
		return;
	}
	char *op = strtok_r(NULL, " \t", &rest);
	char *error = strtok_r(NULL, " \t", &rest);
	memset(made, 0, sizeof *made);
	made->times = -1;
	made->op = op ? operation_named(op) : 0;
	made->error = error ? error_named(error) : 0;
	*is_fault = strcmp(word, "fail") == 0 && made->op && made->error;
	if (!*is_fault) {
		dprintf(2, "shim: a line of the control file is not understood\n");
		return;
	}
	while ((word = strtok_r(NULL, " \t", &rest)) != NULL) {
		if (strcmp(word, "short") == 0) {
			made->is_short = 1;
			continue;
		}
		char *value = strtok_r(NULL, " \t", &rest);
		if (value == NULL)
			break;
		if (strcmp(word, "after") == 0)
			made->after = strtol(value, NULL, 10);
		else if (strcmp(word, "times") == 0)
			made->times = strtol(value, NULL, 10);
		else if (strcmp(word, "path") == 0)
			snprintf(made->path, sizeof made->path, "%s", value);
	}
}

/* Inside control_guard. */
static void read_control(void)
{
	struct stat found;
	if (fstatat(AT_FDCWD, control, &found, 0) != 0)
		memset(&found, 0, sizeof found);
	if (found.st_ino == control_inode && found.st_size == control_size &&
	    found.st_mtim.tv_sec == control_changed.tv_sec && found.st_mtim.tv_nsec == control_changed.tv_nsec)
		return;
	control_inode = found.st_ino;
	control_size = found.st_size;
	control_changed = found.st_mtim;
	char text[8192] = "";
	int fd = syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		ssize_t length = read(fd, text, sizeof text - 1);
		text[length > 0 ? length : 0] = 0;
		syscall(SYS_close, fd);
	}
	int count = 0;
	long offset = 0;
	char *rest = NULL;
	for (char *line = strtok_r(text, "\n", &rest); line && count < MOST_FAULTS; line = strtok_r(NULL, "\n", &rest)) {
		int is_fault;
		read_line(line, &faults[count], &is_fault, &offset);
		count += is_fault;
	}
	atomic_store(&fault_count, count);
	atomic_store(&clock_offset, offset);
}

/* A pattern that ends with $ is the end of the path. */
static int fits(const char *path, const char *pattern)
{
	size_t length = strlen(pattern), path_length = strlen(path);
	if (length == 0 || pattern[length - 1] != '$')
		return strstr(path, pattern) != NULL;
	length--;
	return path_length >= length && strncmp(path + path_length - length, pattern, length) == 0;
}

/* Returns the error that the call is to fail with, 0 when it is to go on; -1: half of the bytes, then fail. */
static int fault_for(int op, const char *path)
{
	int error = 0;
	if (control == NULL || !*control)
		return 0;
	pthread_mutex_lock(&control_guard);
	read_control();
	for (int i = 0; i < fault_count && !error; i++) {
		struct fault *fault = &faults[i];
		if (fault->op != op || !fits(path, fault->path) || fault->times == 0)
			continue;
		if (fault->after > 0) {
			fault->after--;
			continue;
		}
		if (fault->is_short && !fault->was_short) {
			fault->was_short = 1;
			error = -1;
			continue;
		}
		if (fault->times > 0)
			fault->times--;
		error = fault->error;
	}
	pthread_mutex_unlock(&control_guard);
	return error;
}

#define FAIL_IF_TOLD(op, path)                   \
	do {                                     \
		int told = fault_for(op, path);  \
		if (told > 0) {                  \
			errno = told;            \
			return -1;               \
		}                                \
	} while (0)

static void look_at_the_clock(void)
{
	struct timespec now;
	if (control == NULL || !*control || !is_ours())
		return;
	REAL(clock_gettime)(CLOCK_MONOTONIC_COARSE, &now);
	long now_ns = now.tv_sec * 1000000000L + now.tv_nsec;
	if (now_ns - atomic_load(&clock_checked_ns) < CLOCK_CHECK_NS)
		return;
	atomic_store(&clock_checked_ns, now_ns);
	if (pthread_mutex_trylock(&control_guard) != 0)
		return;
	read_control();
	pthread_mutex_unlock(&control_guard);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	if (real_clock_gettime == NULL)
		find_real();
	int answer = REAL(clock_gettime)(clock, now);
	if (answer == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
		look_at_the_clock();
		now->tv_sec += atomic_load(&clock_offset);
	}
	return answer;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	if (real_gettimeofday == NULL)
		find_real();
	int answer = REAL(gettimeofday)(now, zone);
	if (answer == 0) {
		look_at_the_clock();
		now->tv_sec += atomic_load(&clock_offset);
	}
	return answer;
}

time_t time(time_t *kept)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	if (kept != NULL)
		*kept = now.tv_sec;
	return now.tv_sec;
}

/* --- Opening and closing --- */

static int open_inside(int dirfd, const char *path, int flags, mode_t mode)
{
	char space[PATH_MAX];
	if (real_openat64 == NULL)
		find_real();
	const char *whole = is_ours() ? absolute(dirfd, path, space) : NULL;
	if (!is_inside(whole) || (flags & O_TMPFILE) == O_TMPFILE)
		return REAL(openat64)(dirfd, path, flags, mode);
	if (flags & O_CREAT)
		FAIL_IF_TOLD(OPEN, whole);
	pthread_mutex_lock(&order);
	struct stat before, now;
	int existed = fstatat(AT_FDCWD, whole, &before, 0) == 0;
	int fd = REAL(openat64)(dirfd, path, flags, mode);
	if (fd >= 0 && fd < MOST_FDS) {
		int saved = errno;
		free(files[fd].path);
		files[fd].path = strdup(whole);
		files[fd].is_recorded = is_worth_recording(whole);
		if (files[fd].is_recorded) {
			int kind = fstat(fd, &now) == 0 && S_ISDIR(now.st_mode) ? FOLDER : 0;
			kind |= existed ? 0 : CREATED;
			kind |= existed && (flags & O_TRUNC) ? TRUNCATED : 0;
			record_paths(OPEN, kind, fd, whole, NULL);
		}
		errno = saved;
	}
	pthread_mutex_unlock(&order);
	return fd;
}

#define MODE_OF(flags)                                           \
	mode_t mode = 0;                                         \
	if (((flags) & O_CREAT) || ((flags) & O_TMPFILE) == O_TMPFILE) { \
		va_list rest;                                    \
		va_start(rest, flags);                           \
		mode = va_arg(rest, mode_t);                     \
		va_end(rest);                                    \
	}

int open(const char *path, int flags, ...)
{
	MODE_OF(flags)
	return open_inside(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	MODE_OF(flags)
	return open_inside(AT_FDCWD, path, flags, mode);
}

int openat(int dirfd, const char *path, int flags, ...)
{
	MODE_OF(flags)
	return open_inside(dirfd, path, flags, mode);
}

int openat64(int dirfd, const char *path, int flags, ...)
{
	MODE_OF(flags)
	return open_inside(dirfd, path, flags, mode);
}

int creat(const char *path, mode_t mode) { return open_inside(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return open_inside(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int __open_2(const char *path, int flags) { return open_inside(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return open_inside(AT_FDCWD, path, flags, 0); }

int close(int fd)
{
	if (real_close == NULL)
		find_real();
	if (!is_known(fd))
		return REAL(close)(fd);
	pthread_mutex_lock(&order);
	int was_recorded = files[fd].is_recorded;
	free(files[fd].path);
	files[fd].path = NULL;
	int answer = REAL(close)(fd);
	int saved = errno;
	if (was_recorded) {
		struct record made = {.op = CLOSE, .fd = fd};
		record(&made, NULL, 0);
	}
	errno = saved;
	pthread_mutex_unlock(&order);
	return answer;
}

/* --- Writing --- */

static ssize_t write_parts(int fd, const struct iovec *parts, int count, off64_t offset)
{
	return offset < 0 ? REAL(writev)(fd, parts, count) : REAL(pwritev64)(fd, parts, count, offset);
}

static ssize_t write_inside(int fd, const struct iovec *parts, int count, off64_t offset)
{
	struct iovec half;
	int told = fault_for(WRITE, files[fd].path);
	if (told > 0) {
		errno = told;
		return -1;
	}
	if (told < 0 && parts[0].iov_len > 1) {
		half.iov_base = parts[0].iov_base;
		half.iov_len = parts[0].iov_len / 2;
		parts = &half;
		count = 1;
	}
	if (!files[fd].is_recorded || count > 64)
		return write_parts(fd, parts, count, offset);
	pthread_mutex_lock(&order);
	ssize_t written = write_parts(fd, parts, count, offset);
	int saved = errno;
	if (written > 0) {
		struct record made = {.op = WRITE, .fd = fd};
		struct iovec done[64];
		size_t left = (size_t)written;
		int used = 0;
		made.offset = offset >= 0 ? offset : lseek(fd, 0, SEEK_CUR) - written;
		for (; used < count && left > 0; used++) {
			done[used] = parts[used];
			if (done[used].iov_len > left)
				done[used].iov_len = left;
			left -= done[used].iov_len;
		}
		record(&made, done, used);
	}
	errno = saved;
	pthread_mutex_unlock(&order);
	return written;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
	struct iovec part = {(void *)bytes, length};
	if (real_write == NULL)
		find_real();
	return is_known(fd) ? write_inside(fd, &part, 1, -1) : REAL(write)(fd, bytes, length);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
	struct iovec part = {(void *)bytes, length};
	return is_known(fd) ? write_inside(fd, &part, 1, offset) : REAL(pwrite)(fd, bytes, length, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset)
{
	struct iovec part = {(void *)bytes, length};
	return is_known(fd) ? write_inside(fd, &part, 1, offset) : REAL(pwrite64)(fd, bytes, length, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	return is_known(fd) ? write_inside(fd, parts, count, -1) : REAL(writev)(fd, parts, count);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
	return is_known(fd) ? write_inside(fd, parts, count, offset) : REAL(pwritev)(fd, parts, count, offset);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset)
{
	return is_known(fd) ? write_inside(fd, parts, count, offset) : REAL(pwritev64)(fd, parts, count, offset);
}

/* Programs fall back to reading and writing. */
ssize_t sendfile(int to, int from, off_t *offset, size_t length)
{
	if (!is_known(to))
		return REAL(sendfile)(to, from, offset, length);
	errno = ENOTSOCK;
	return -1;
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t length)
{
	if (!is_known(to))
		return REAL(sendfile64)(to, from, offset, length);
	errno = ENOTSOCK;
	return -1;
}

static int truncate_inside(int fd, off64_t length)
{
	struct stat before;
	if (fstat(fd, &before) == 0 && length > before.st_size)
		FAIL_IF_TOLD(WRITE, files[fd].path);
	pthread_mutex_lock(&order);
	int answer = REAL(ftruncate64)(fd, length);
	int saved = errno;
	if (answer == 0 && files[fd].is_recorded) {
		struct record made = {.op = TRUNCATE, .fd = fd, .offset = length};
		record(&made, NULL, 0);
	}
	errno = saved;
	pthread_mutex_unlock(&order);
	return answer;
}

int ftruncate(int fd, off_t length) { return is_known(fd) ? truncate_inside(fd, length) : REAL(ftruncate)(fd, length); }
int ftruncate64(int fd, off64_t length) { return is_known(fd) ? truncate_inside(fd, length) : REAL(ftruncate64)(fd, length); }

/* By path: opened, so that the trace has one way of saying it. */
int truncate64(const char *path, off64_t length)
{
	int fd = open64(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	int answer = ftruncate64(fd, length);
	int saved = errno;
	close(fd);
	errno = saved;
	return answer;
}

int truncate(const char *path, off_t length) { return truncate64(path, length); }

static int is_refused(int fd)
{
	/* Reserving space is an optimisation; SQLite and Python go on without it. */
	return is_known(fd);
}

int fallocate(int fd, int mode, off_t offset, off_t length)
{
	if (!is_refused(fd))
		return REAL(fallocate)(fd, mode, offset, length);
	errno = EOPNOTSUPP;
	return -1;
}

int fallocate64(int fd, int mode, off64_t offset, off64_t length)
{
	if (!is_refused(fd))
		return REAL(fallocate64)(fd, mode, offset, length);
	errno = EOPNOTSUPP;
	return -1;
}

int posix_fallocate(int fd, off_t offset, off_t length)
{
	return is_refused(fd) ? EOPNOTSUPP : REAL(posix_fallocate)(fd, offset, length);
}

int posix_fallocate64(int fd, off64_t offset, off64_t length)
{
	return is_refused(fd) ? EOPNOTSUPP : REAL(posix_fallocate64)(fd, offset, length);
}

/* --- Syncing --- */

static int sync_inside(int fd, int (*call)(int))
{
	int told = fault_for(SYNC, files[fd].path);
	struct record made = {.op = SYNC, .fd = fd};
	if (files[fd].is_recorded)
		made.begin = atomic_load(last_seq);
	int answer = told > 0 ? -1 : call(fd);
	int saved = told > 0 ? told : errno;
	if (is_recorded(fd)) {
		pthread_mutex_lock(&order);
		/* After one that failed the system takes what was to be written for written. */
		made.flags = answer == 0 ? 0 : FAILED;
		record(&made, NULL, 0);
		pthread_mutex_unlock(&order);
	}
	errno = saved;
	return answer;
}

int fsync(int fd) { return is_known(fd) ? sync_inside(fd, REAL(fsync)) : REAL(fsync)(fd); }
int fdatasync(int fd) { return is_known(fd) ? sync_inside(fd, REAL(fdatasync)) : REAL(fdatasync)(fd); }

/* --- Names --- */

static void record_name(int answer, int op, const char *first, const char *second)
{
	int saved = errno;
	if (answer == 0 && is_worth_recording(first))
		record_paths(op, 0, -1, first, second);
	errno = saved;
}

int renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	char from_space[PATH_MAX], to_space[PATH_MAX];
	const char *whole_from = is_ours() ? absolute(from_fd, from, from_space) : NULL;
	const char *whole_to = is_ours() ? absolute(to_fd, to, to_space) : NULL;
	if (!is_inside(whole_from) && !is_inside(whole_to))
		return REAL(renameat)(from_fd, from, to_fd, to);
	FAIL_IF_TOLD(RENAME, whole_to ? whole_to : whole_from);
	pthread_mutex_lock(&order);
	int answer = REAL(renameat)(from_fd, from, to_fd, to);
	record_name(answer, RENAME, whole_from ? whole_from : from, whole_to ? whole_to : to);
	pthread_mutex_unlock(&order);
	return answer;
}

int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags)
{
	char from_space[PATH_MAX], to_space[PATH_MAX];
	const char *whole_from = is_ours() ? absolute(from_fd, from, from_space) : NULL;
	const char *whole_to = is_ours() ? absolute(to_fd, to, to_space) : NULL;
	if (!is_inside(whole_from) || !is_inside(whole_to))
		return REAL(linkat)(from_fd, from, to_fd, to, flags);
	FAIL_IF_TOLD(OPEN, whole_to);
	pthread_mutex_lock(&order);
	int answer = REAL(linkat)(from_fd, from, to_fd, to, flags);
	record_name(answer, LINK, whole_from, whole_to);
	pthread_mutex_unlock(&order);
	return answer;
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int dirfd, const char *path, int flags)
{
	char space[PATH_MAX];
	const char *whole = is_ours() ? absolute(dirfd, path, space) : NULL;
	if (!is_inside(whole))
		return REAL(unlinkat)(dirfd, path, flags);
	FAIL_IF_TOLD(UNLINK, whole);
	pthread_mutex_lock(&order);
	int answer = REAL(unlinkat)(dirfd, path, flags);
	record_name(answer, flags & AT_REMOVEDIR ? RMDIR : UNLINK, whole, NULL);
	pthread_mutex_unlock(&order);
	return answer;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int dirfd, const char *path, mode_t mode)
{
	char space[PATH_MAX];
	const char *whole = is_ours() ? absolute(dirfd, path, space) : NULL;
	if (!is_inside(whole))
		return REAL(mkdirat)(dirfd, path, mode);
	FAIL_IF_TOLD(MKDIR, whole);
	pthread_mutex_lock(&order);
	int answer = REAL(mkdirat)(dirfd, path, mode);
	record_name(answer, MKDIR, whole, NULL);
	pthread_mutex_unlock(&order);
	return answer;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
