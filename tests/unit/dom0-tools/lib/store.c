/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The client library against the daemon itself (build/.../xenstored, started
 * for the test on a socket of its own): what each call does, errors, large
 * directories, events queued while an answer is awaited, batches.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/io/xs_wire.h"
#include "dom0-tools/lib/store.h"

#define DAEMON "build/dom0-tools/bin/xenstored"

static char dir[] = "/tmp/xylem-store-XXXXXX", path[64];
static pid_t daemon_pid;
static struct xs_handle *h, *other;

static int start(void **state)
{
	int tries;

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/socket", dir);
	setenv("XENSTORED_PATH", path, 1);
	daemon_pid = fork();
	if (daemon_pid == 0) {
		execl(DAEMON, "xenstored", "--no-fork", "--no-domains",
		      "--socket", path, (char *)NULL);
		_exit(127);
	}
	for (tries = 0; tries < 500 && !h; tries++) {
		h = xs_open(0);
		if (!h)
			usleep(10000);
	}
	other = xs_open(0);
	return h && other ? 0 : -1;
}

static int stop(void **state)
{
	int status;

	(void)state;
	xs_close(h);
	xs_close(other);
	kill(daemon_pid, SIGTERM);
	waitpid(daemon_pid, &status, 0);
	rmdir(dir); /* leaves the socket's directory if it is not empty */
	unlink(path);
	rmdir(dir);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static void assert_reads(struct xs_handle *x, xs_transaction_t t,
			 const char *node, const char *value)
{
	unsigned int len = 99;
	char *got = xs_read(x, t, node, &len);

	assert_non_null(got);
	assert_string_equal(got, value);
	assert_int_equal(len, strlen(value));
	free(got);
}

static void reads_and_writes(void **state)
{
	char **list;
	unsigned int n;

	(void)state;
	assert_true(xs_write(h, XBT_NULL, "/t/a", "hello", 5));
	assert_reads(other, XBT_NULL, "/t/a", "hello");
	assert_reads(other, XBT_NULL, "/t", "");
	assert_null(xs_read(h, XBT_NULL, "/t/none", NULL));
	assert_int_equal(errno, ENOENT);
	assert_true(xs_mkdir(h, XBT_NULL, "/t/b"));
	list = xs_directory(h, XBT_NULL, "/t", &n);
	assert_int_equal(n, 2);
	assert_string_equal(list[0], "a");
	assert_string_equal(list[1], "b");
	free(list);
	list = xs_directory(h, XBT_NULL, "/t/a", &n);
	assert_non_null(list);
	assert_int_equal(n, 0);
	free(list);
	assert_true(xs_rm(h, XBT_NULL, "/t"));
	assert_false(xs_rm(h, XBT_NULL, "/t/a"));
	assert_int_equal(errno, ENOENT);
	assert_false(xs_write(h, XBT_NULL, "/bad path", "", 0));
	assert_int_equal(errno, EINVAL);
}

static void values_are_bytes(void **state)
{
	static char big[4096];
	unsigned int len;
	char *got;

	(void)state;
	assert_true(xs_write(h, XBT_NULL, "/bytes", "a\0b", 3));
	got = xs_read(h, XBT_NULL, "/bytes", &len);
	assert_int_equal(len, 3);
	assert_memory_equal(got, "a\0b", 4);
	free(got);
	memset(big, 'x', sizeof(big));
	assert_true(xs_write(h, XBT_NULL, "/bytes", big, 4096 - 7));
	assert_false(xs_write(h, XBT_NULL, "/bytes", big, 4096 - 6));
	assert_int_equal(errno, E2BIG);
	got = xs_read(h, XBT_NULL, "/bytes", &len);
	assert_int_equal(len, 4096 - 7);
	free(got);
	xs_rm(h, XBT_NULL, "/bytes");
}

static void large_directories(void **state)
{
	char node[64], **list;
	unsigned int i, n;

	(void)state;
	for (i = 0; i < 3000; i++) {
		snprintf(node, sizeof(node), "/big/entry-%04u", i);
		assert_true(xs_post_mkdir(h, XBT_NULL, node));
	}
	assert_true(xs_post_flush(h));
	list = xs_directory(h, XBT_NULL, "/big", &n);
	assert_non_null(list);
	assert_int_equal(n, 3000);
	assert_string_equal(list[0], "entry-0000");
	assert_string_equal(list[2999], "entry-2999");
	free(list);
	assert_true(xs_rm(h, XBT_NULL, "/big"));
}

static void permissions(void **state)
{
	struct xs_permissions set[] = { { 3, XS_PERM_NONE },
					{ 7, XS_PERM_READ },
					{ 8, XS_PERM_READ | XS_PERM_WRITE } };
	struct xs_permissions *got;
	unsigned int n;

	(void)state;
	xs_write(h, XBT_NULL, "/p", "1", 1);
	assert_true(xs_set_permissions(h, XBT_NULL, "/p", set, 3));
	got = xs_get_permissions(h, XBT_NULL, "/p", &n);
	assert_int_equal(n, 3);
	assert_memory_equal(got, set, sizeof(set));
	free(got);
	assert_null(xs_get_permissions(h, XBT_NULL, "/none", &n));
	xs_rm(h, XBT_NULL, "/p");
}

static void transactions(void **state)
{
	xs_transaction_t t;

	(void)state;
	xs_write(h, XBT_NULL, "/n", "1", 1);
	t = xs_transaction_start(h);
	assert_int_not_equal(t, XBT_NULL);
	assert_reads(h, t, "/n", "1");
	xs_write(h, t, "/n", "2", 1);
	assert_reads(other, XBT_NULL, "/n", "1");
	assert_true(xs_transaction_end(h, t, false));
	assert_reads(other, XBT_NULL, "/n", "2");
	t = xs_transaction_start(h);
	assert_reads(h, t, "/n", "2");
	xs_write(h, t, "/n", "3", 1);
	xs_write(other, XBT_NULL, "/n", "4", 1);
	assert_false(xs_transaction_end(h, t, false));
	assert_int_equal(errno, EAGAIN);
	t = xs_transaction_start(h);
	xs_write(h, t, "/n", "5", 1);
	assert_true(xs_transaction_end(h, t, true));
	assert_reads(h, XBT_NULL, "/n", "4");
	xs_rm(h, XBT_NULL, "/n");
}

static bool readable(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) == 1;
}

static void assert_event(char **event, const char *node, const char *token)
{
	assert_non_null(event);
	assert_string_equal(event[XS_WATCH_PATH], node);
	assert_string_equal(event[XS_WATCH_TOKEN], token);
	free(event);
}

static void events_are_queued(void **state)
{
	unsigned int n;

	(void)state;
	assert_true(xs_watch(h, "/w", "tok"));
	assert_event(xs_read_watch(h, &n), "/w", "tok");
	assert_null(xs_check_watch(h));
	assert_int_equal(errno, EAGAIN);
	assert_false(readable(xs_fileno(h), 0));
	xs_write(other, XBT_NULL, "/w/a", "1", 1);
	/* The event comes before this answer, and is not lost. */
	assert_reads(h, XBT_NULL, "/w/a", "1");
	assert_true(readable(xs_fileno(h), 0));
	assert_event(xs_check_watch(h), "/w/a", "tok");
	assert_false(readable(xs_fileno(h), 0));
	/* Not read at all yet: readable just the same. */
	xs_write(other, XBT_NULL, "/w/b", "1", 1);
	xs_write(other, XBT_NULL, "/w/c", "1", 1);
	assert_true(readable(xs_fileno(h), 1000));
	assert_event(xs_check_watch(h), "/w/b", "tok");
	assert_true(readable(xs_fileno(h), 1000));
	assert_event(xs_check_watch(h), "/w/c", "tok");
	/* Removal drops what is queued. */
	xs_write(h, XBT_NULL, "/w/d", "1", 1);
	assert_true(xs_unwatch(h, "/w", "tok"));
	assert_null(xs_check_watch(h));
	assert_false(readable(xs_fileno(h), 0));
	assert_false(xs_unwatch(h, "/w", "tok"));
	assert_int_equal(errno, ENOENT);
	xs_rm(h, XBT_NULL, "/w");
}

static void watches_with_depth(void **state)
{
	unsigned int n;

	(void)state;
	assert_true(xs_watch_depth(h, "/w", "tok", 1));
	free(xs_read_watch(h, &n));
	xs_write(h, XBT_NULL, "/w/a", "1", 1);
	xs_write(h, XBT_NULL, "/w/a/b", "1", 1);
	assert_event(xs_check_watch(h), "/w/a", "tok");
	assert_null(xs_check_watch(h));
	xs_unwatch(h, "/w", "tok");
	xs_rm(h, XBT_NULL, "/w");
}

static void posts(void **state)
{
	static char value[3000];
	char node[64];
	unsigned int i, events = 0;
	char **event;

	(void)state;
	memset(value, 'v', sizeof(value));
	/* Much more than fits into a pipe, and events of it besides. */
	assert_true(xs_watch(h, "/post", "tok"));
	for (i = 0; i < 1000; i++) {
		snprintf(node, sizeof(node), "/post/%u", i);
		assert_true(
			xs_post_write(h, XBT_NULL, node, value, sizeof(value)));
	}
	assert_true(xs_post_flush(h));
	while ((event = xs_check_watch(h))) {
		events++;
		free(event);
	}
	assert_int_equal(events, 1001);
	/* The first failure is told, the others are done. */
	assert_true(xs_post_rm(h, XBT_NULL, "/post/none/none"));
	assert_true(xs_post_write(h, XBT_NULL, "/post/after", "1", 1));
	assert_true(xs_post_mkdir(h, XBT_NULL, "/bad path"));
	assert_reads(h, XBT_NULL, "/post/after", "1");
	assert_false(xs_post_flush(h));
	assert_int_equal(errno, ENOENT);
	assert_true(xs_post_flush(h));
	xs_unwatch(h, "/post", "tok");
	xs_rm(h, XBT_NULL, "/post");
}

static void batches(void **state)
{
	const char *nodes[] = { "/b/1", "/b/none", "/b/2" };
	char *value[3];

	(void)state;
	xs_write(h, XBT_NULL, "/b/1", "one", 3);
	xs_write(h, XBT_NULL, "/b/2", "", 0);
	assert_true(xs_read_batch(h, XBT_NULL, nodes, value, 3));
	assert_string_equal(value[0], "one");
	assert_null(value[1]);
	assert_string_equal(value[2], "");
	free(value[0]);
	free(value[2]);
	xs_rm(h, XBT_NULL, "/b");
}

/* More than may be unanswered at once, and more bytes than go at once. */
static void large_batches(void **state)
{
	static char node[500][32], text[500][16];
	const char *nodes[500];
	char *value[500];

	(void)state;
	for (unsigned int i = 0; i < 500; i++) {
		snprintf(node[i], sizeof(node[i]), "/large/%u", i);
		snprintf(text[i], sizeof(text[i]), "%u", i);
		nodes[i] = node[i];
		assert_true(xs_write(h, XBT_NULL, node[i], text[i],
				     (unsigned int)strlen(text[i])));
	}
	assert_true(xs_read_batch(h, XBT_NULL, nodes, value, 500));
	for (unsigned int i = 0; i < 500; i++) {
		assert_string_equal(value[i], text[i]);
		free(value[i]);
	}
	assert_reads(h, XBT_NULL, "/large/7", "7");
	xs_rm(h, XBT_NULL, "/large");
}

static void domains(void **state)
{
	char *home = xs_get_domain_path(h, 12);

	(void)state;
	assert_string_equal(home, "/local/domain/12");
	free(home);
	assert_true(xs_is_domain_introduced(h, 0));
	assert_false(xs_is_domain_introduced(h, 12));
	/* This daemon was told to know of no domains. */
	assert_false(xs_introduce_domain(h, 12, 1, 1));
	assert_int_equal(errno, ENOSYS);
	home = xs_control_command(h, "check", NULL, 0);
	assert_string_equal(home, "OK");
	free(home);
}

static void subpaths(void **state)
{
	(void)state;
	assert_true(xs_path_is_subpath("/a", "/a"));
	assert_true(xs_path_is_subpath("/a", "/a/b"));
	assert_false(xs_path_is_subpath("/a", "/ab"));
	assert_true(xs_path_is_subpath("/", "/x"));
	assert_false(xs_path_is_subpath("/a/b", "/a"));
}

static void a_broken_link_says_so(void **state)
{
	struct xs_handle *x;
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	x = xs_open_fd(fds[0]);
	close(fds[1]);
	assert_null(xs_read(x, XBT_NULL, "/", NULL));
	assert_int_equal(errno, EIO);
	assert_null(xs_check_watch(x));
	assert_int_equal(errno, EIO);
	xs_close(x);
	/* A server gone mad is a broken link too. */
	socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
	x = xs_open_fd(fds[0]);
	assert_int_equal(write(fds[1], "mad mad mad mad mad!", 20), 20);
	assert_null(xs_read(x, XBT_NULL, "/", NULL));
	assert_int_equal(errno, EIO);
	xs_close(x);
	close(fds[1]);
	setenv("XENSTORED_PATH", "/nonexistent/socket", 1);
	assert_null(xs_open(0));
	setenv("XENSTORED_PATH", path, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes),
		cmocka_unit_test(values_are_bytes),
		cmocka_unit_test(large_directories),
		cmocka_unit_test(permissions),
		cmocka_unit_test(transactions),
		cmocka_unit_test(events_are_queued),
		cmocka_unit_test(watches_with_depth),
		cmocka_unit_test(posts),
		cmocka_unit_test(batches),
		cmocka_unit_test(large_batches),
		cmocka_unit_test(domains),
		cmocka_unit_test(subpaths),
		cmocka_unit_test(a_broken_link_says_so),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
