// SPDX-License-Identifier: GPL-2.0-only
/*
 * latbench [NAME...]: what a kernel's own mechanisms cost a program.
 *
 * Prints "BENCH name value unit" per row, the median of five batches of at
 * least BATCH_NS each; a round trip counts as one. Rows:
 *   null_syscall   getppid                       ns
 *   signal         kill to self, handler, return ns
 *   page_fault     first write to a fresh page   ns
 *   mmap           64 KiB mapped and unmapped    ns
 *   pipe, unix     a byte there and back between two processes, us
 *   ctx2, ctx16    a byte handed round a ring of 2 and 16 processes, us a hop
 *   fork_exit      fork, exit, wait              us
 *   fork_exec      fork, exec of this program, exit, wait   us
 * The children of a row end with it. Any error ends all with status 1: a
 * figure is never made up.
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCHES		5
#define BATCH_NS	60000000ull
#define FAULT_PAGES	256ul
#define PAGE		4096ul

static const char *self;

static void die(const char *what)
{
	fprintf(stderr, "latbench: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

/* ---- what is measured: n times; the time is taken around it ---- */

static void null_syscall(uint64_t n)
{
	while (n--)
		syscall(SYS_getppid);
}

static void on_signal(int sig)
{
	(void)sig;
}

static void signals(uint64_t n)
{
	pid_t me = getpid();

	signal(SIGUSR1, on_signal);
	while (n--)
		kill(me, SIGUSR1);
}

static void page_fault(uint64_t n)
{
	while (n > 0) {
		uint64_t pages = n < FAULT_PAGES ? n : FAULT_PAGES;
		char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			die("mmap");
		madvise(p, pages * PAGE, MADV_NOHUGEPAGE);
		for (uint64_t i = 0; i < pages; i++)
			p[i * PAGE] = 1;
		munmap(p, pages * PAGE);
		n -= pages;
	}
}

static void map_unmap(uint64_t n)
{
	while (n--) {
		void *p = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED || munmap(p, 16 * PAGE))
			die("mmap");
	}
}

static void fork_exit(uint64_t n)
{
	while (n--) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) < 0)
			die("fork");
	}
}

static void fork_exec(uint64_t n)
{
	while (n--) {
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			execl(self, self, "-exit", (char *)NULL);
			_exit(127);
		}
		if (pid < 0 || waitpid(pid, &status, 0) < 0 || status)
			die("exec");
	}
}

/* ---- a byte between processes ---- */

static int ring_first[2], ring_last[2];
static pid_t ring_pid[64];
static int ring_size;

static void move_byte(int from, int to)
{
	char c = 'x';

	if (from >= 0 && read(from, &c, 1) != 1)
		_exit(0);		/* the ring is being taken down */
	if (to >= 0 && write(to, &c, 1) != 1)
		_exit(0);
}

/* Member i reads from the pipe before it and writes to the one behind it. */
static void make_ring(int members)
{
	int before[2];

	ring_size = members - 1;
	if (pipe(ring_first))
		die("pipe");
	memcpy(before, ring_first, sizeof(before));
	for (int i = 0; i < ring_size; i++) {
		int next[2];

		if (pipe(next))
			die("pipe");
		ring_pid[i] = fork();
		if (ring_pid[i] < 0)
			die("fork");
		if (ring_pid[i] == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				move_byte(before[0], next[1]);
		}
		memcpy(before, next, sizeof(before));
	}
	memcpy(ring_last, before, sizeof(before));
}

static void end_ring(void)
{
	for (int i = 0; i < ring_size; i++) {
		kill(ring_pid[i], SIGKILL);
		waitpid(ring_pid[i], NULL, 0);
	}
}

static void round_trips(uint64_t n)
{
	while (n--) {
		move_byte(-1, ring_first[1]);
		move_byte(ring_last[0], -1);
	}
}

static void make_pair(void)
{
	int s[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, s))
		die("socketpair");
	ring_size = 1;
	ring_pid[0] = fork();
	if (ring_pid[0] < 0)
		die("fork");
	if (ring_pid[0] == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			move_byte(s[1], s[1]);
	}
	ring_first[1] = ring_last[0] = s[0];
}

/* ---- rows ---- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median_ns(void (*fn)(uint64_t))
{
	double each[BATCHES];
	uint64_t n = 1;

	for (int i = 0; i < BATCHES;) {
		uint64_t t = now_ns();

		fn(n);
		t = now_ns() - t;
		if (t < BATCH_NS) {
			n = t < BATCH_NS / 16 ? n * 8 :
			    n * (BATCH_NS + BATCH_NS / 4) / t + 1;
			continue;
		}
		each[i++] = (double)t / (double)n;
	}
	qsort(each, BATCHES, sizeof(each[0]), by_value);
	return each[BATCHES / 2];
}

static const struct row {
	const char *name, *unit;
	void (*fn)(uint64_t);
	double divisor;		/* of ns, to the unit */
	int ring;		/* members; -1: a socket pair; 0: none */
} rows[] = {
	{ "null_syscall", "ns", null_syscall, 1, 0 },
	{ "signal", "ns", signals, 1, 0 },
	{ "page_fault", "ns", page_fault, 1, 0 },
	{ "mmap", "ns", map_unmap, 1, 0 },
	{ "pipe", "us", round_trips, 1000, 2 },
	{ "unix", "us", round_trips, 1000, -1 },
	{ "ctx2", "us", round_trips, 2000, 2 },
	{ "ctx16", "us", round_trips, 16000, 16 },
	{ "fork_exit", "us", fork_exit, 1000, 0 },
	{ "fork_exec", "us", fork_exec, 1000, 0 },
};

static void run(const struct row *r)
{
	double ns;

	if (r->ring > 0)
		make_ring(r->ring);
	else if (r->ring < 0)
		make_pair();
	ns = median_ns(r->fn);
	if (r->ring)
		end_ring();
	printf("BENCH %s %.2f %s\n", r->name, ns / r->divisor, r->unit);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "-exit") == 0)
		return 0;
	self = "/proc/self/exe";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int wanted = argc == 1;

		for (int a = 1; a < argc; a++)
			wanted |= strcmp(argv[a], rows[i].name) == 0;
		if (wanted)
			run(&rows[i]);
	}
	return 0;
}
