// SPDX-License-Identifier: GPL-2.0-only
/*
 * tick: the monotonic clock for scripts, in microseconds.
 *
 *   tick                   print the time
 *   tick run CMD ARG...    run CMD; print "TICK start end status" on stderr
 *   tick first FILE SEC CMD ARG...  run CMD; print "TICK start end status seen"
 *                          on stderr; seen: when FILE, which must not exist
 *                          yet, had its first byte
 *   tick wait FILE SEC [TEXT]  until FILE holds TEXT (or any byte): print the
 *                          time it was seen; exit 1 after SEC seconds
 *   tick follow FILE       copy FILE to stdout as it grows, for ever
 *
 * The start is taken by the child, right before exec: the fork of this program
 * is no part of what is measured, the exec of the other is. A shell without
 * sub-second clock (busybox) measures with this one program and one clock.
 * `first` and `wait` sleep until the file's directory has changed, so that they
 * take no time from what is measured; `wait` reads only what was added, and
 * looks every 20 ms anyhow (every one where there is no such directory yet).
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* A child that notes the time and becomes cmd; *start is shared with it. */
static pid_t start_child(char **cmd, volatile uint64_t **start)
{
	pid_t pid;

	*start = mmap(NULL, sizeof(**start), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (*start == MAP_FAILED)
		return -1;
	pid = fork();
	if (pid != 0)
		return pid;
	**start = now_us();
	execvp(cmd[0], cmd);
	fprintf(stderr, "tick: %s: %s\n", cmd[0], strerror(errno));
	_exit(127);
}

static int end_child(pid_t pid, uint64_t *end)
{
	int status;

	if (waitpid(pid, &status, 0) < 0) {
		perror("tick");
		exit(2);
	}
	*end = now_us();
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	       128 + WTERMSIG(status);
}

static int run(char **cmd)
{
	volatile uint64_t *start;
	pid_t pid = start_child(cmd, &start);
	uint64_t end;
	int status;

	if (pid < 0) {
		perror("tick");
		return 2;
	}
	status = end_child(pid, &end);
	fprintf(stderr, "TICK %llu %llu %d\n", (unsigned long long)*start,
		(unsigned long long)end, status);
	return status;
}

/* An inotify descriptor for the directory that path lies in, or -1. */
static int watch_directory(const char *path)
{
	char directory[4096];
	const char *slash = strrchr(path, '/');
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	snprintf(directory, sizeof(directory), "%.*s",
		 slash ? (int)(slash - path) : 1, slash ? path : ".");
	if (fd >= 0 && inotify_add_watch(fd, directory, IN_MODIFY) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool has_bytes(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_size > 0;
}

/*
 * Until the child has ended and path has a byte, or the limit is over. The
 * times are 0 for what did not happen; the child is left to end_child().
 */
static void watch_both(int watch, pid_t pid, const char *path, uint64_t limit,
		       uint64_t *seen, uint64_t *end)
{
	struct pollfd p[2] = {
		{ .fd = watch, .events = POLLIN },
		{ .fd = (int)syscall(SYS_pidfd_open, pid, 0),
		  .events = POLLIN },
	};
	char events[4096];
	uint64_t now;

	while ((now = now_us()) < limit) {
		if (!*seen && has_bytes(path))
			*seen = now;
		if (*seen && *end)
			return;
		if (poll(p, 2, (int)((limit - now) / 1000 + 1)) < 0)
			return;
		if (p[0].revents && read(watch, events, sizeof(events)) < 0)
			return;
		if (p[1].revents) {
			*end = now_us();
			p[1].fd = -1;
		}
	}
}

static int first(const char *path, const char *seconds, char **cmd)
{
	uint64_t limit = now_us() + (uint64_t)atoi(seconds) * 1000000;
	int watch = watch_directory(path), status;
	uint64_t seen = 0, end = 0, reaped;
	volatile uint64_t *start;
	pid_t pid;

	if (watch < 0 || has_bytes(path)) {
		fprintf(stderr, watch < 0 ? "tick: cannot watch %s\n" :
			"tick: %s is there already\n", path);
		return 2;
	}
	pid = start_child(cmd, &start);
	if (pid < 0) {
		perror("tick");
		return 2;
	}
	watch_both(watch, pid, path, limit, &seen, &end);
	status = end_child(pid, &reaped);
	fprintf(stderr, "TICK %llu %llu %d %llu\n", (unsigned long long)*start,
		(unsigned long long)(end ? end : reaped), status,
		(unsigned long long)seen);
	return seen ? status : 1;
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

/* Until something in path's directory was written, perhaps; *watch: -1 first */
static void sleep_a_little(int *watch, const char *path)
{
	struct pollfd p = { .events = POLLIN };
	char events[4096];

	if (*watch < 0)
		*watch = watch_directory(path);
	if (*watch < 0) {
		usleep(1000);
		return;
	}
	p.fd = *watch;
	if (poll(&p, 1, 20) > 0)
		while (read(*watch, events, sizeof(events)) > 0)
			;
}

static int wait_file(const char *path, const char *seconds, const char *text)
{
	uint64_t end = now_us() + (uint64_t)atoi(seconds) * 1000000;
	static char buf[65536];
	int fd = -1, watch = -1;
	size_t have = 0;

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
		sleep_a_little(&watch, path);
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
	if (argc >= 5 && !strcmp(argv[1], "first"))
		return first(argv[2], argv[3], argv + 4);
	if (argc >= 4 && !strcmp(argv[1], "wait"))
		return wait_file(argv[2], argv[3], argc > 4 ? argv[4] : NULL);
	if (argc == 3 && !strcmp(argv[1], "follow"))
		return follow(argv[2]);
	if (argc != 1) {
		fprintf(stderr, "usage: tick | tick run CMD ARG... |"
				" tick first FILE SECONDS CMD ARG... |"
				" tick wait FILE SECONDS [TEXT] |"
				" tick follow FILE\n");
		return 2;
	}
	printf("%llu\n", (unsigned long long)now_us());
	return 0;
}
