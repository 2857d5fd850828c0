/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The toolstack's memory of its domains: one file each in /run/xen/domain,
 * named by the domain's UUID, so that every process of the toolstack can be
 * killed and started again at any time.
 *
 * Phases: CREATING while its creator (which holds a lock on the file) works;
 * RUNNING afterwards; PRESERVED when it has ended and is kept; RESTART while
 * the supervisor replaces it. A file in phase CREATING or RESTART that nobody
 * locks was left by a process that died: state_claim() succeeds, and reap.c
 * cleans up or the supervisor goes on.
 */
#ifndef DOM0_TOOLS_XL_STATE_H
#define DOM0_TOOLS_XL_STATE_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dom0-tools/xl/config.h"

enum state_phase {
	STATE_CREATING,
	STATE_RUNNING,
	STATE_PRESERVED,
	STATE_RESTART,
};

struct state_disk {
	bool writable;
	uint64_t device;	/* of the file, or of the block device itself */
	uint64_t inode;		/* 0: a block device */
	char *path;
};

struct state {
	enum state_phase phase;
	uint8_t uuid[16];
	char *name;
	struct state_disk *disks;
	size_t disk_count;
	uint8_t (*macs)[6];
	size_t mac_count;
	char *config;
	char *text;		/* the file's bytes, that the rest points to */
};

struct state_walk {
	DIR *dir;
};

/* The lock that orders creations; -ETIMEDOUT when others hold it for long. */
int state_lock(unsigned int seconds, int *fd);

/*
 * Writes the file of a domain in this phase; *fd is open and locked until
 * closed. state_set_phase may be called on it any number of times. For phase
 * RESTART the file must exist: -ECANCELED, it was destroyed meanwhile.
 */
int state_begin(const struct domain_config *c, enum state_phase phase,
		int *fd);
int state_set_phase(int fd, enum state_phase phase);
/* Somebody destroyed the domain since its file was opened. */
bool state_is_removed(int fd);
/* Opens and locks an existing file: -EWOULDBLOCK if its owner is alive. */
int state_claim(const uint8_t uuid[16], int *fd);
void state_remove(const uint8_t uuid[16]);

/* 0 and *s filled, or a negative errno; state_free() frees. */
int state_load(const uint8_t uuid[16], struct state *s);
void state_free(struct state *s);
/* For a domain that is kept: another name, and no claim to its disks. */
int state_preserve(const struct state *s, const char *name);

/*
 * Another name, in its configuration too, for the rest of its life and its
 * next ones. -EWOULDBLOCK: its owner is at work on it.
 */
int state_rename(const struct state *s, const char *name);

/* Another configuration, with the rest as it is; the name must not change. */
int state_update(const struct domain_config *c, enum state_phase phase);

/* The disk of s that d may not share; NULL: none. */
const struct state_disk *state_shared_disk(const struct state *s,
					   const struct disk_spec *d);

/*
 * Could a domain of this name exist? False: there is none, found without a
 * look at the others; true: there is one, or it takes a walk to know.
 */
bool state_name_known(const char *name);

void state_walk_start(struct state_walk *w);
bool state_walk_next(struct state_walk *w, struct state *s);
void state_walk_end(struct state_walk *w);

/* Identity of a disk's file; false if there is none. */
bool state_identify(const char *path, struct state_disk *d);

/* The random parts of an earlier life: MACs and UUID. */
void state_reuse(const struct state *s, struct domain_config *c);

#endif
