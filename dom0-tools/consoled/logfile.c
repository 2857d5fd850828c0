/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A domain's log file.
 *
 * Rules:
 * 1. A guest cannot fill dom0's disk: a file that has reached LOGFILE_BYTES
 *    becomes NAME.log.1, in place of the one before, and a new one begins.
 * 2. What the guest printed is in the file when logfile_write() returns; no
 *    buffer of ours delays it.
 * 3. A log that cannot be written is no reason to stop the console.
 *
 * A '/' in the name becomes '_', so that a name cannot leave the directory.
 */
#include "dom0-tools/consoled/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int begin(struct logfile *l)
{
	struct stat st;

	l->bytes = 0;
	l->fd = open(l->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (l->fd < 0)
		return -errno;
	if (fstat(l->fd, &st) == 0)
		l->bytes = (uint64_t)st.st_size;
	return 0;
}

int logfile_open(struct logfile *l, const char *dir, const char *name)
{
	char *p;

	l->fd = -1;
	l->bytes = 0;
	if (asprintf(&l->path, "%s/guest-%s.log", dir, name) < 0) {
		l->path = NULL;
		return -ENOMEM;
	}
	for (p = l->path + strlen(dir) + 1; *p; p++)
		if (*p == '/')
			*p = '_';
	return begin(l);
}

static void rotate(struct logfile *l)
{
	char *old;

	if (asprintf(&old, "%s.1", l->path) < 0)
		return;
	close(l->fd);
	/* If it cannot be moved it must not grow on either. */
	if (rename(l->path, old))
		unlink(l->path);
	free(old);
	begin(l);
}

void logfile_write(struct logfile *l, const char *data, size_t len)
{
	ssize_t n;

	while (len && l->fd >= 0) {
		if (l->bytes >= LOGFILE_BYTES)
			rotate(l);
		n = write(l->fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return; /* a full disk: the next line may fit */
		l->bytes += (uint64_t)n;
		data += n;
		len -= (size_t)n;
	}
}

void logfile_close(struct logfile *l)
{
	if (l->fd >= 0)
		close(l->fd);
	free(l->path);
	l->fd = -1;
	l->path = NULL;
}
