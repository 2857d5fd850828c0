// SPDX-License-Identifier: GPL-2.0-only
/*
 * The state files: what is written is read back, locks tell the living from
 * the dead, damaged files are skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The code under test, with a run directory of its own. */
#include "dom0-tools/xl/state.c"

#define TEXT "name='web'\nkernel='/k'\ndisk=['/etc/passwd,raw,xvda,w']\n" \
	"vif=['']\n"

static void make(struct domain_config *c)
{
	assert_int_equal(config_read(c, "t", TEXT), 0);
}

static int clean(void **state)
{
	(void)state;
	return system("rm -rf " RUN_DIR) ? -1 : 0;
}

static void round_trip(void **state)
{
	struct domain_config c, again;
	struct state s;
	int fd;

	(void)state;
	make(&c);
	assert_int_equal(state_begin(&c, STATE_CREATING, &fd), 0);
	assert_int_equal(state_load(c.uuid, &s), 0);
	assert_int_equal(s.phase, STATE_CREATING);
	assert_string_equal(s.name, "web");
	assert_string_equal(s.config, TEXT);
	assert_int_equal(s.disk_count, 1);
	assert_true(s.disks[0].writable);
	assert_string_equal(s.disks[0].path, "/etc/passwd");
	assert_int_equal(s.mac_count, 1);
	make(&again);
	assert_memory_not_equal(again.uuid, c.uuid, 16);
	state_reuse(&s, &again);
	assert_memory_equal(again.uuid, c.uuid, 16);
	assert_memory_equal(again.vifs[0].mac, c.vifs[0].mac, 6);
	state_free(&s);
	for (int p = STATE_CREATING; p <= STATE_RESTART; p++) {
		assert_int_equal(state_set_phase(fd, (enum state_phase)p), 0);
		assert_int_equal(state_load(c.uuid, &s), 0);
		assert_int_equal(s.phase, p);
		assert_string_equal(s.config, TEXT);
		state_free(&s);
	}
	close(fd);
	state_remove(c.uuid);
	assert_int_equal(state_load(c.uuid, &s), -ENOENT);
	config_free(&again);
	config_free(&c);
}

/* Another name, and all else as it was: disks, addresses, configuration. */
static void renaming(void **state)
{
	struct domain_config c, again;
	struct state s;
	int fd;

	(void)state;
	make(&c);
	assert_int_equal(state_begin(&c, STATE_RUNNING, &fd), 0);
	assert_int_equal(state_load(c.uuid, &s), 0);
	assert_int_equal(state_rename(&s, "shop"), -EWOULDBLOCK);
	close(fd);
	assert_int_equal(state_rename(&s, "shop"), 0);
	state_free(&s);
	assert_int_equal(state_load(c.uuid, &s), 0);
	assert_int_equal(s.phase, STATE_RUNNING);
	assert_string_equal(s.name, "shop");
	assert_int_equal(s.disk_count, 1);
	assert_string_equal(s.disks[0].path, "/etc/passwd");
	assert_int_equal(s.mac_count, 1);
	assert_int_equal(config_read(&again, "t", s.config), 0);
	assert_string_equal(again.name, "shop");
	state_reuse(&s, &again);
	assert_memory_equal(again.vifs[0].mac, c.vifs[0].mac, 6);
	state_remove(c.uuid);
	assert_int_equal(state_rename(&s, "gone"), -ENOENT);
	state_free(&s);
	config_free(&again);
	config_free(&c);
}

/* A name is known from before its file appears until after it is gone. */
static void names_are_found(void **state)
{
	struct domain_config c, other;
	struct state s;
	int fd, lock;

	(void)state;
	make(&c);
	make(&other);
	assert_false(state_name_known("web"));
	assert_true(state_name_known("a/b")); /* has no link: in doubt */
	assert_int_equal(state_begin(&c, STATE_RUNNING, &fd), 0);
	close(fd);
	assert_true(state_name_known("web"));
	assert_false(state_name_known("we"));
	assert_int_equal(state_load(c.uuid, &s), 0);
	assert_int_equal(state_preserve(&s, "web-5"), 0);
	state_free(&s);
	assert_false(state_name_known("web"));
	assert_true(state_name_known("web-5"));
	/* Another domain takes the old name; the first one's end is not its. */
	assert_int_equal(state_begin(&other, STATE_RUNNING, &fd), 0);
	close(fd);
	state_remove(c.uuid);
	assert_false(state_name_known("web-5"));
	assert_true(state_name_known("web"));
	assert_int_equal(state_load(other.uuid, &s), 0);
	assert_int_equal(state_rename(&s, "shop"), 0);
	state_free(&s);
	assert_false(state_name_known("web"));
	assert_true(state_name_known("shop"));
	/* A link that nobody could take away names nobody. */
	assert_int_equal(state_lock(1, &lock), 0);
	state_remove(other.uuid);
	assert_true(name_owner("shop", s.uuid));
	assert_false(state_name_known("shop"));
	close(lock);
	config_free(&c);
	config_free(&other);
}

/* A child's lock holds while it lives, and no longer. */
static void locks_die_with_their_owner(void **state)
{
	struct domain_config c;
	int fd, pipes[2];
	pid_t child;
	char byte;

	(void)state;
	make(&c);
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	if (child == 0) {
		state_begin(&c, STATE_CREATING, &fd);
		if (write(pipes[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	assert_int_equal(state_claim(c.uuid, &fd), -EWOULDBLOCK);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_int_equal(state_claim(c.uuid, &fd), 0);
	close(fd);
	state_remove(c.uuid);
	config_free(&c);
}

/* A restart puts a new file in the old one's place, and only there. */
static void destroyed_stay_dead(void **state)
{
	struct domain_config c;
	int old, fd;

	(void)state;
	make(&c);
	assert_int_equal(state_begin(&c, STATE_RUNNING, &old), 0);
	assert_int_equal(state_begin(&c, STATE_RESTART, &fd), 0);
	assert_true(state_is_removed(old));
	assert_false(state_is_removed(fd));
	close(old);
	state_remove(c.uuid);
	assert_true(state_is_removed(fd));
	close(fd);
	assert_int_equal(state_begin(&c, STATE_RESTART, &fd), -ECANCELED);
	assert_int_equal(state_claim(c.uuid, &fd), -ENOENT);
	config_free(&c);
}

static void walk_skips_rubbish(void **state)
{
	struct domain_config c;
	struct state_walk w;
	struct state s;
	int fd, found = 0;
	FILE *f;

	(void)state;
	make(&c);
	assert_int_equal(state_begin(&c, STATE_RUNNING, &fd), 0);
	close(fd);
	f = fopen(STATE_DIR "/00000000-0000-0000-0000-000000000001", "w");
	fputs("running \nname x\n", f);
	fclose(f);
	f = fopen(STATE_DIR "/notes.txt", "w");
	fclose(f);
	state_walk_start(&w);
	while (state_walk_next(&w, &s)) {
		assert_memory_equal(s.uuid, c.uuid, 16);
		found++;
		state_free(&s);
	}
	state_walk_end(&w);
	assert_int_equal(found, 1);
	config_free(&c);
}

static void lock_times_out(void **state)
{
	int first, second;

	(void)state;
	assert_int_equal(state_lock(1, &first), 0);
	assert_int_equal(state_lock(1, &second), -ETIMEDOUT);
	close(first);
	assert_int_equal(state_lock(1, &second), 0);
	close(second);
}

static void same_file_by_any_name(void **state)
{
	struct state_disk a, b;

	(void)state;
	assert_true(state_identify("/etc/passwd", &a));
	assert_true(state_identify("/etc/../etc/passwd", &b));
	assert_int_equal(a.inode, b.inode);
	assert_int_equal(a.device, b.device);
	assert_false(state_identify("/nowhere/at/all", &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(renaming),
		cmocka_unit_test(names_are_found),
		cmocka_unit_test(locks_die_with_their_owner),
		cmocka_unit_test(destroyed_stay_dead),
		cmocka_unit_test(walk_skips_rubbish),
		cmocka_unit_test(lock_times_out),
		cmocka_unit_test(same_file_by_any_name),
	};

	return cmocka_run_group_tests(tests, clean, clean);
}
