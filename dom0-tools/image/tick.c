// SPDX-License-Identifier: GPL-2.0-only
/*
 * tick: the monotonic clock for scripts, in microseconds.
 *
 *   tick                   print the time
 *   tick run CMD ARG...    run CMD; print "TICK start end status" on stderr
 *   tick wait FILE SEC [TEXT]  until FILE holds TEXT (or any byte): print the
 *                          time it was seen; exit 1 after SEC seconds
 *   tick follow FILE       copy FILE to stdout as it grows, for ever
 *
 * The start is taken before fork, so that fork and exec count. A shell without
 * sub-second clock (busybox) measures with this one program and one clock.
 * `wait` looks every millisecond and reads only what was added.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static int run(char **cmd)
{
	uint64_t start = now_us();
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		execvp(cmd[0], cmd);
		fprintf(stderr, "tick: %s: %s\n", cmd[0], strerror(errno));
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		perror("tick");
		return 2;
	}
	status = WIFEXITED(status) ? WEXITSTATUS(status)
				   : 128 + WTERMSIG(status);
	fprintf(stderr, "TICK %llu %llu %d\n", (unsigned long long)start,
		(unsigned long long)now_us(), status);
	return status;
}

/* Read what @fd has beyond the bytes seen; true when @text is in it. */
static int grown_with(int fd, const char *text, char *buf, size_t cap,
		      size_t *have)
{
	size_t keep = text ? strlen(text) : 0;
	ssize_t n;

	for (;;) {
		if (*have == cap) {
			/* The tail may hold the beginning of the text. */
			memmove(buf, buf + cap - keep, keep);
			*have = keep;
		}
		n = read(fd, buf + *have, cap - *have);
		if (n <= 0)
			return 0;
		*have += (size_t)n;
		if (!text || memmem(buf, *have, text, keep))
			return 1;
	}
}

static int wait_file(const char *path, const char *seconds, const char *text)
{
	uint64_t end = now_us() + (uint64_t)atoi(seconds) * 1000000;
	static char buf[65536];
	size_t have = 0;
	int fd = -1;

	if (text && strlen(text) >= sizeof(buf) / 2)
		return 2;
	do {
		if (fd < 0)
			fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0 &&
		    grown_with(fd, text, buf, sizeof(buf), &have)) {
			printf("%llu\n", (unsigned long long)now_us());
			return 0;
		}
		usleep(1000);
	} while (now_us() < end);
	return 1;
}

static int follow(const char *path)
{
	static char buf[4096];
	int fd = -1;

	for (;;) {
		ssize_t n = 0;

		if (fd < 0)
			fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0)
			n = read(fd, buf, sizeof(buf));
		if (n > 0 && write(1, buf, (size_t)n) < 0)
			return 1;
		if (n <= 0)
			usleep(50000);
	}
}

int main(int argc, char **argv)
{
	if (argc >= 3 && !strcmp(argv[1], "run"))
		return run(argv + 2);
	if (argc >= 4 && !strcmp(argv[1], "wait"))
		return wait_file(argv[2], argv[3], argc > 4 ? argv[4] : NULL);
	if (argc == 3 && !strcmp(argv[1], "follow"))
		return follow(argv[2]);
	if (argc != 1) {
		fprintf(stderr, "usage: tick | tick run CMD ARG... |"
				" tick wait FILE SECONDS [TEXT] |"
				" tick follow FILE\n");
		return 2;
	}
	printf("%llu\n", (unsigned long long)now_us());
	return 0;
}
