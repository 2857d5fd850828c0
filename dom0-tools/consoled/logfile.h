/* SPDX-License-Identifier: GPL-2.0-only */
/* A domain's log file of bounded size. */
#ifndef CONSOLED_LOGFILE_H
#define CONSOLED_LOGFILE_H

#include <stddef.h>
#include <stdint.h>

/* One file's size; with its predecessor twice that is kept. */
#define LOGFILE_BYTES (1024 * 1024)

struct logfile {
	int fd; /* -1: could not be opened; output is lost then */
	char *path;
	uint64_t bytes;
};

/* DIR/guest-NAME.log, appended to. 0 or -errno; usable in both cases. */
int logfile_open(struct logfile *l, const char *dir, const char *name);
void logfile_write(struct logfile *l, const char *data, size_t len);
void logfile_close(struct logfile *l);

#endif
