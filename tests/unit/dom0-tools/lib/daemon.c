// SPDX-License-Identifier: GPL-2.0-only
/*
 * A daemon's start, with real processes: what the caller is told, what the
 * signals do, and the file with the number.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "dom0-tools/lib/daemon.h"

/* The exit status that the caller of a daemon sees. */
static int started(bool well)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		int parent = daemon_detach();

		if (parent >= 0 && well)
			daemon_ready(parent);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void the_caller_learns_how_it_went(void **state)
{
	(void)state;
	assert_int_equal(started(true), 0);
	assert_int_equal(started(false), 1);
}

static void signals_come_in_the_wait(void **state)
{
	const struct timespec soon = { 5, 0 };
	sigset_t waiting;

	(void)state;
	daemon_catch_signals(&waiting);
	kill(getpid(), SIGHUP);
	kill(getpid(), SIGPIPE);
	kill(getpid(), SIGTERM);
	assert_int_equal(daemon_stop, 0);
	assert_int_equal(pselect(0, NULL, NULL, NULL, &soon, &waiting), -1);
	assert_int_equal(errno, EINTR);
	assert_int_equal(daemon_stop, 1);
}

static void the_number_is_written(void **state)
{
	char path[] = "/tmp/xylem-daemon-test.XXXXXX", line[32];
	int fd = mkstemp(path);
	FILE *f;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(daemon_write_pid(path), 0);
	f = fdopen(fd, "r");
	assert_non_null(fgets(line, sizeof(line), f));
	assert_int_equal(atoi(line), getpid());
	fclose(f);
	unlink(path);
	assert_int_equal(daemon_write_pid("/nowhere/pid"), -ENOENT);
	assert_int_equal(daemon_write_pid(NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_caller_learns_how_it_went),
		cmocka_unit_test(signals_come_in_the_wait),
		cmocka_unit_test(the_number_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
