// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starting the supervisor when there is none.
 *
 * dom0's init normally runs it; this is for hosts where it does not.
 *
 * Rules: 1. the supervisor holds a lock on its pid file, so looking costs
 * two system calls and two supervisors cannot be; 2. no failure here fails
 * the verb: the domain runs.
 * Lock: the pid file's. Never: waits. Next: ../supervisor/main.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "dom0-tools/xl/verbs.h"

#define PID_FILE "/run/xen/xl-supervisor.pid"

extern char **environ;

static bool is_running(void)
{
	int fd = open(PID_FILE, O_RDONLY | O_CLOEXEC);
	bool locked;

	if (fd < 0)
		return false;
	locked = flock(fd, LOCK_SH | LOCK_NB) < 0;
	close(fd);
	return locked;
}

void supervisor_ensure(void)
{
	static char name[] = "xl-supervisor";
	char *argv[] = { name, NULL };
	pid_t pid;
	int err;

	if (is_running())
		return;
	err = posix_spawnp(&pid, name, NULL, NULL, argv, environ);
	if (err) {
		report_warning("cannot start xl-supervisor (%s): nobody acts "
			       "when the domain shuts down", strerror(err));
		report_hint("run xl-supervisor yourself");
	}
}
