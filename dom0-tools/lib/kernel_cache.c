// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unpacked kernels in dom0's memory (/run).
 *
 * Rules: 1. a file appears whole (linkat) and never changes; a process that
 * dies while it writes leaves nothing (O_TMPFILE); 2. only a directory and
 * files that root alone can write are used; 3. whatever fails, the kernel is
 * unpacked as if there were no cache.
 * Lock: none; of two who keep the same kernel the second finds it there.
 * Never: more than KEPT_MAX files, but for those that two keep at once.
 * Next: dombuild_kernel.c.
 */
#include "dom0-tools/lib/kernel_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#define KEPT_MAX 2
#define NAME_LEN 256
/* A file system's clock may tick in seconds. */
#ifndef SETTLED_SECONDS
#define SETTLED_SECONDS 2	/* a unit test has no time */
#endif

static void name_of(const struct stat *k, char name[NAME_LEN])
{
	snprintf(name, NAME_LEN, "%llx-%llx-%llx-%llx.%lx-%llx.%lx",
		 (unsigned long long)k->st_dev, (unsigned long long)k->st_ino,
		 (unsigned long long)k->st_size,
		 (unsigned long long)k->st_mtim.tv_sec,
		 (unsigned long)k->st_mtim.tv_nsec,
		 (unsigned long long)k->st_ctim.tv_sec,
		 (unsigned long)k->st_ctim.tv_nsec);
}

static bool only_ours(const struct stat *st, mode_t type)
{
	return (st->st_mode & S_IFMT) == type && st->st_uid == geteuid() &&
	       !(st->st_mode & (S_IWGRP | S_IWOTH));
}

static int open_dir(void)
{
	int dir = open(KERNEL_CACHE_DIR,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (dir < 0)
		return -1;
	if (fstat(dir, &st) == 0 && only_ours(&st, S_IFDIR))
		return dir;
	close(dir);
	return -1;
}

int kernel_cache_open(const struct stat *packed, uint64_t bytes)
{
	char name[NAME_LEN];
	struct stat st;
	int dir = open_dir(), fd;

	if (dir < 0)
		return -1;
	name_of(packed, name);
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	close(dir);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 || !only_ours(&st, S_IFREG) ||
	    (uint64_t)st.st_size != bytes) {
		close(fd);
		return -1;
	}
	futimens(fd, NULL);	/* used now: see make_room() */
	return fd;
}

/* Bytes that programs can have before dom0 must give up others' pages. */
static uint64_t memory_available(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long long kib = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "MemAvailable: %llu kB", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return (uint64_t)kib << 10;
}

static bool fits(int dir, uint64_t bytes)
{
	struct statvfs fs;

	if (memory_available() / 4 < bytes || fstatvfs(dir, &fs) < 0)
		return false;
	/* ramfs knows no limit and says 0. */
	return !fs.f_blocks || fs.f_bavail * fs.f_frsize / 2 >= bytes;
}

static bool is_before(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec :
	       a.tv_nsec < b.tv_nsec;
}

/* The number of files there are; *oldest the one whose use lies back most. */
static int look(int dir, char oldest[NAME_LEN])
{
	int again = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = again < 0 ? NULL : fdopendir(again);
	struct timespec least = { 0 };
	struct dirent *e;
	struct stat st;
	int files = 0;

	while (list && (e = readdir(list))) {
		if (*e->d_name == '.' ||
		    fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (!files++ || is_before(st.st_mtim, least)) {
			least = st.st_mtim;
			snprintf(oldest, NAME_LEN, "%s", e->d_name);
		}
	}
	if (list)
		closedir(list);
	else if (again >= 0)
		close(again);
	return files;
}

static void make_room(int dir)
{
	char oldest[NAME_LEN];

	while (look(dir, oldest) >= KEPT_MAX)
		if (unlinkat(dir, oldest, 0) < 0)
			return;
}

static bool write_all(int fd, const uint8_t *from, uint64_t bytes)
{
	while (bytes) {
		ssize_t n = write(fd, from, bytes);

		if (n <= 0)
			return false;
		from += n;
		bytes -= (uint64_t)n;
	}
	return true;
}

static void put_file(int dir, const char *name, const void *data,
		     uint64_t bytes)
{
	int fd = openat(dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	char self[64];

	if (fd < 0)
		return;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	if (write_all(fd, data, bytes))
		linkat(AT_FDCWD, self, dir, name, AT_SYMLINK_FOLLOW);
	close(fd);
}

void kernel_cache_keep(const struct stat *packed, const void *unpacked,
		       uint64_t bytes)
{
	char name[NAME_LEN];
	int dir;

	if (time(NULL) - packed->st_ctim.tv_sec < SETTLED_SECONDS)
		return;
	mkdir(KERNEL_CACHE_DIR, 0700);
	dir = open_dir();
	if (dir < 0)
		return;
	name_of(packed, name);
	make_room(dir);
	if (fits(dir, bytes))
		put_file(dir, name, unpacked, bytes);
	close(dir);
}
