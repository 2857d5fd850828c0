// SPDX-License-Identifier: GPL-2.0-only
/*
 * The toolstack's memory of its domains: its files and their locks.
 *
 * Rules: 1. a file appears whole (rename) and changes only in its phase;
 * 2. what cannot be parsed is skipped, not trusted; 3. locks are advisory,
 * on the open file, and vanish with the process; 4. /run/xen/name has a link
 * for each name, to the UUID that took it last: it is made before the file
 * with that name appears, and may outlive it.
 * Lock: those of the files. Never: talks to hypervisor or store.
 * Next: state_record.c, then reap.c.
 */
#include "dom0-tools/xl/state.h"
#include "dom0-tools/xl/state_record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifndef RUN_DIR
#define RUN_DIR "/run/xen" /* the unit test has its own */
#endif
#define STATE_DIR RUN_DIR "/domain"
#define NAMES_DIR RUN_DIR "/name"
#define LOCK_FILE RUN_DIR "/xl.lock"
#define PATH_BYTES 256
#define STATE_BYTES_MAX (1u << 20)

static void state_path(const uint8_t uuid[16], char path[80])
{
	char text[CONFIG_UUID_TEXT];

	uuid_format(uuid, text);
	snprintf(path, 80, STATE_DIR "/%s", text);
}

static void make_dirs(void)
{
	mkdir(RUN_DIR, 0755);
	mkdir(STATE_DIR, 0700);
	mkdir(NAMES_DIR, 0700);
}

/* False: such a name has no link. */
static bool name_path(const char *name, char path[PATH_BYTES])
{
	return *name && *name != '.' && !strchr(name, '/') &&
	       snprintf(path, PATH_BYTES, NAMES_DIR "/%s", name) < PATH_BYTES;
}

static int name_note(const char *name, const uint8_t uuid[16])
{
	char path[PATH_BYTES], fresh[64], text[CONFIG_UUID_TEXT];

	if (!name_path(name, path))
		return 0;
	uuid_format(uuid, text);
	snprintf(fresh, sizeof(fresh), NAMES_DIR "/.%d", (int)getpid());
	unlink(fresh);
	if (symlink(text, fresh) < 0 || rename(fresh, path) < 0)
		return -errno;
	return 0;
}

/* Who took this name last; false: nobody. */
static bool name_owner(const char *name, uint8_t uuid[16])
{
	char path[PATH_BYTES], text[CONFIG_UUID_TEXT];
	ssize_t n = -1;

	if (name_path(name, path))
		n = readlink(path, text, sizeof(text));
	if (n != CONFIG_UUID_TEXT - 1)
		return false;
	text[n] = 0;
	return uuid_parse(text, uuid);
}

/*
 * The link goes with its domain, unless somebody is creating one: he may be
 * about to take the name. Then it stays, and costs the next one a look.
 */
static void name_forget(const char *name, const uint8_t uuid[16])
{
	char path[PATH_BYTES];
	uint8_t owner[16];
	int fd = open(LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && name_path(name, path) &&
	    name_owner(name, owner) && memcmp(owner, uuid, 16) == 0)
		unlink(path);
	close(fd);
}

int state_lock(unsigned int seconds, int *fd)
{
	const struct timespec nap = { .tv_nsec = 5000000 };
	struct timespec now, end;

	make_dirs();
	*fd = open(LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return -errno;
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += seconds;
	while (flock(*fd, LOCK_EX | LOCK_NB) < 0) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (errno != EWOULDBLOCK || now.tv_sec >= end.tv_sec) {
			close(*fd);
			return -ETIMEDOUT;
		}
		nanosleep(&nap, NULL);
	}
	return 0;
}

/*
 * A restart replaces the file of the life before. When that is gone, somebody
 * destroyed the domain meanwhile, and it must not rise again: ECANCELED.
 */
static int replace(const char *fresh, const char *path)
{
	if (renameat2(AT_FDCWD, fresh, AT_FDCWD, path, RENAME_EXCHANGE) < 0) {
		if (errno == ENOENT)
			errno = ECANCELED;
		return -1;
	}
	return unlink(fresh);
}

int state_begin(const struct domain_config *c, enum state_phase phase, int *fd)
{
	char path[80], fresh[96];
	FILE *f;
	int bad;

	make_dirs();
	bad = name_note(c->name, c->uuid);
	if (bad)
		return bad;
	state_path(c->uuid, path);
	snprintf(fresh, sizeof(fresh), "%s.%d", path, (int)getpid());
	*fd = open(fresh, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (*fd < 0)
		return -errno;
	flock(*fd, LOCK_EX | LOCK_NB);
	f = fdopen(dup(*fd), "w");
	if (!f)
		goto fail;
	record_write(f, c, phase);
	bad = ferror(f);
	if (fclose(f) || bad)
		goto fail;
	/* From here others see the domain as being made. */
	if ((phase == STATE_RESTART ? replace(fresh, path) :
	     rename(fresh, path)) < 0)
		goto fail;
	return 0;
fail:
	bad = errno ? errno : EIO;
	unlink(fresh);
	close(*fd);
	return -bad;
}

int state_set_phase(int fd, enum state_phase phase)
{
	const char *text = record_phase(phase);

	return pwrite(fd, text, RECORD_PHASE_BYTES, 0) == RECORD_PHASE_BYTES ?
	       0 : -EIO;
}

bool state_is_removed(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 || st.st_nlink == 0;
}

int state_claim(const uint8_t uuid[16], int *fd)
{
	char path[80];

	state_path(uuid, path);
	*fd = open(path, O_RDWR | O_CLOEXEC);
	if (*fd < 0)
		return -errno;
	if (flock(*fd, LOCK_EX | LOCK_NB) < 0) {
		close(*fd);
		return -EWOULDBLOCK;
	}
	return 0;
}

bool state_name_known(const char *name)
{
	char path[PATH_BYTES];
	uint8_t uuid[16];
	struct state s;
	bool known;

	if (!name_path(name, path))
		return true;
	if (!name_owner(name, uuid) || state_load(uuid, &s))
		return false;
	known = strcmp(s.name, name) == 0;
	state_free(&s);
	return known;
}

void state_remove(const uint8_t uuid[16])
{
	char path[80];
	struct state s;
	bool whole = state_load(uuid, &s) == 0;

	state_path(uuid, path);
	unlink(path);
	if (whole) {
		name_forget(s.name, uuid);
		state_free(&s);
	}
}

static char *slurp(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *t = NULL;
	ssize_t n = -1;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && st.st_size < STATE_BYTES_MAX)
		t = malloc((size_t)st.st_size + 1);
	if (t)
		n = read(fd, t, (size_t)st.st_size);
	close(fd);
	if (n < 0) {
		free(t);
		return NULL;
	}
	t[n] = 0;
	return t;
}

int state_load(const uint8_t uuid[16], struct state *s)
{
	char path[80];

	memset(s, 0, sizeof(*s));
	memcpy(s->uuid, uuid, 16);
	state_path(uuid, path);
	s->text = slurp(path);
	if (!s->text)
		return -ENOENT;
	if (record_parse(s))
		return 0;
	state_free(s);
	return -EINVAL;
}

void state_free(struct state *s)
{
	free(s->disks);
	free(s->macs);
	free(s->text);
	memset(s, 0, sizeof(*s));
}

int state_preserve(const struct state *s, const char *name)
{
	struct domain_config c = { .name = (char *)(uintptr_t)name };
	int fd, err;

	memcpy(c.uuid, s->uuid, 16);
	c.text = s->config;
	err = state_begin(&c, STATE_PRESERVED, &fd);
	if (!err)
		close(fd);
	return err;
}

/* A file that will take the place of one whose lock we hold. */
struct fresh {
	char path[80], name[96];
	int lock;
	FILE *f;
};

static int fresh_open(const uint8_t uuid[16], struct fresh *n)
{
	int err = state_claim(uuid, &n->lock);

	if (err)
		return err;
	state_path(uuid, n->path);
	snprintf(n->name, sizeof(n->name), "%s.%d", n->path, (int)getpid());
	n->f = fopen(n->name, "we");
	if (n->f)
		return 0;
	err = -errno;
	close(n->lock);
	return err;
}

static int fresh_commit(struct fresh *n)
{
	int err = ferror(n->f) ? -EIO : 0;

	if (fclose(n->f) && !err)
		err = -errno;
	/* From here its next life is another. */
	if (!err && replace(n->name, n->path) < 0)
		err = -errno;
	if (err)
		unlink(n->name);
	close(n->lock);
	return err;
}

int state_rename(const struct state *s, const char *name)
{
	struct fresh n;
	int err = name_note(name, s->uuid);

	if (!err)
		err = fresh_open(s->uuid, &n);
	if (err)
		return err;
	record_write_renamed(n.f, s, name);
	return fresh_commit(&n);
}

int state_update(const struct domain_config *c, enum state_phase phase)
{
	struct fresh n;
	int err = fresh_open(c->uuid, &n);

	if (err)
		return err;
	record_write(n.f, c, phase);
	return fresh_commit(&n);
}

bool state_identify(const char *path, struct state_disk *d)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
	d->device = S_ISBLK(st.st_mode) ? st.st_rdev : st.st_dev;
	d->inode = S_ISBLK(st.st_mode) ? 0 : st.st_ino;
	return true;
}

const struct state_disk *state_shared_disk(const struct state *s,
					   const struct disk_spec *d)
{
	struct state_disk mine;

	if (!d->target || d->shared || !state_identify(d->target, &mine))
		return NULL;
	for (size_t i = 0; i < s->disk_count; i++)
		if (s->disks[i].device == mine.device &&
		    s->disks[i].inode == mine.inode &&
		    (s->disks[i].writable || d->writable))
			return &s->disks[i];
	return NULL;
}

void state_walk_start(struct state_walk *w)
{
	w->dir = opendir(STATE_DIR);
}

bool state_walk_next(struct state_walk *w, struct state *s)
{
	struct dirent *e;
	uint8_t uuid[16];

	while (w->dir && (e = readdir(w->dir)))
		if (uuid_parse(e->d_name, uuid) && state_load(uuid, s) == 0)
			return true;
	return false;
}

void state_walk_end(struct state_walk *w)
{
	if (w->dir)
		closedir(w->dir);
	w->dir = NULL;
}

void state_reuse(const struct state *s, struct domain_config *c)
{
	memcpy(c->uuid, s->uuid, 16);
	for (size_t i = 0; i < c->vif_count && i < s->mac_count; i++)
		memcpy(c->vifs[i].mac, s->macs[i], 6);
}
