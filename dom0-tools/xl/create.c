// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domain is made.
 *
 *	check files -> lock -> name and disks free? -> domain, memory, state
 *	file -> unlock -> nodes (backends start) -> kernel -> rings, introduce
 *	-> backends ready -> running, still paused
 *
 * Rules: 1. what can be refused is refused before a domain exists; 2. the
 * lock covers only what two creators could fight over; 3. from the state
 * file on, whoever dies leaves a trace that reap.c cleans up by; 4. a failed
 * step undoes all.
 * Lock: state_lock, then the domain's state file. Never: unpauses.
 * Next: reap.c.
 */
#include "dom0-tools/xl/create.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dom0-tools/lib/dombuild.h"
#include "dom0-tools/xl/devices.h"
#include "dom0-tools/xl/tree.h"
#include "dom0-tools/xl/tuning.h"

/* One creation under way. */
struct job {
	struct xl *x;
	const struct domain_config *c;
	struct dombuild_config build_config;
	struct dombuild build;
	int lock;
	int state;
	bool has_state;
	bool has_tree;
};

static int fail(struct job *j, int status, const char *why)
{
	report_error("cannot start '%s': %s", j->c->name, why);
	return status;
}

/* A domain that is destroyed under the builder fails it in many ways. */
static int build_failed(struct job *j)
{
	return fail(j, XL_ERROR, state_is_removed(j->state) ?
		    "it was destroyed meanwhile" : j->build.why);
}

static int check_disks(struct job *j)
{
	for (size_t i = 0; i < j->c->disk_count; i++) {
		const struct disk_spec *d = &j->c->disks[i];
		const char *cause;

		if (!d->target)
			continue;
		if (access(d->target, d->writable ? R_OK | W_OK : R_OK) == 0)
			continue;
		cause = strerror(errno);
		report_error("cannot start '%s': disk %s: %s", j->c->name,
			     d->target, cause);
		if (errno == EACCES || errno == EROFS)
			report_hint("a disk that is only read says so: "
				    "'%s,raw,%s,r'", d->target, d->vdev);
		return XL_ERROR;
	}
	return XL_OK;
}

static int open_image(struct job *j)
{
	struct dombuild_config *b = &j->build_config;
	const struct domain_config *c = j->c;
	int err;

	b->kernel = c->kernel;
	b->ramdisk = c->ramdisk;
	b->cmdline = c->cmdline;
	b->memory_kib = c->memory_kib;
	b->max_memory_kib = c->max_memory_kib;
	b->vcpus = c->max_vcpus;
	b->event_channels = c->event_channels;
	b->grant_frames = c->grant_frames;
	b->maptrack_frames = c->maptrack_frames;
	memcpy(b->uuid, c->uuid, sizeof(b->uuid));
	err = dombuild_open(&j->build, &j->x->call, b);
	j->build.stop = &j->x->stop;
	if (!err)
		return XL_OK;
	fail(j, XL_ERROR, j->build.why);
	if (err == -ENOENT)
		report_hint("is the path right? kernels are usually "
			    "/boot/vmlinuz-...");
	else if (err == -E2BIG)
		report_hint("give it more: memory = %llu or above",
			    (unsigned long long)(c->memory_kib >> 9));
	else if (err == -EINVAL)
		report_hint("a paravirtual kernel is wanted: Linux with "
			    "CONFIG_XEN_PV, complete");
	return XL_ERROR;
}

/* Does the new domain get along with this one? */
static int compare(struct job *j, const struct state *s)
{
	if (strcmp(s->name, j->c->name) == 0) {
		fail(j, XL_ERROR, "a domain of that name exists");
		report_hint("xl list shows it; another name: name=\"%s-2\"",
			    j->c->name);
		return XL_ERROR;
	}
	for (size_t i = 0; i < j->c->disk_count; i++) {
		const struct state_disk *d =
			state_shared_disk(s, &j->c->disks[i]);

		if (!d)
			continue;
		report_error("cannot start '%s': disk %s is in use by domain "
			     "'%s' (%s)", j->c->name, j->c->disks[i].target,
			     s->name, d->writable ? "w" : "r");
		report_hint("xl destroy %s frees it; for file systems made to "
			    "be shared, give both mode w!", s->name);
		return XL_ERROR;
	}
	return XL_OK;
}

/* crowded: one of them may have our name, or a disk of ours. */
static int check_others(struct job *j, bool crowded)
{
	uint32_t count;
	domain_info *list = domain_all(j->x, &count);
	struct state_walk w;
	int status = XL_OK;
	struct state s;
	uint16_t domid;

	if (!list)
		return XL_ERROR;
	if (strcmp(j->c->name, "Domain-0") == 0)
		status = fail(j, XL_ERROR, "that is dom0's name");
	if (status == XL_OK && domain_by_uuid(list, count, j->c->uuid, &domid))
		status = fail(j, XL_ERROR, "a domain with its UUID exists");
	if (!crowded) {
		free(list);
		return status;
	}
	state_walk_start(&w);
	while (status == XL_OK && state_walk_next(&w, &s)) {
		/* Its own file, in a restart, is no rival. */
		if (memcmp(s.uuid, j->c->uuid, 16) != 0 &&
		    (s.phase == STATE_CREATING || s.phase == STATE_RESTART ||
		     domain_by_uuid(list, count, s.uuid, &domid)))
			status = compare(j, &s);
		state_free(&s);
	}
	state_walk_end(&w);
	free(list);
	return status;
}

/* Under the lock: the domain, its memory, and the file that vouches for it. */
static int claim_place(struct job *j, const struct create_options *o)
{
	int err, status;
	bool crowded;

	err = state_lock(o->lock_seconds, &j->lock);
	if (err) {
		fail(j, XL_ERROR, "another xl has been creating a domain for "
		     "too long");
		return err == -ETIMEDOUT ? XL_BUSY : XL_ERROR;
	}
	/* How many domains there are must not matter to a new one. */
	crowded = j->c->disk_count != 0 || state_name_known(j->c->name);
	if (crowded)
		reap_orphans(j->x);
	status = check_others(j, crowded);
	if (status == XL_OK) {
		err = state_begin(j->c, o->phase, &j->state);
		j->has_state = !err;
		if (err)
			status = fail(j, XL_ERROR, err == -ECANCELED ?
				      "it was destroyed meanwhile" :
				      "cannot write to /run/xen");
	}
	if (status == XL_OK && dombuild_create(&j->build)) {
		status = build_failed(j);
		if (j->build.created && !j->x->stop &&
		    !state_is_removed(j->state))
			report_hint("xl info shows free_memory; destroy a "
				    "domain, or lower 'memory'");
	}
	close(j->lock);
	return status;
}

static int refused(struct job *j, const char *what, int err)
{
	report_error("cannot start '%s': xenstored %s: %s", j->c->name, what,
		     strerror(-err));
	return XL_ERROR;
}

static int load(struct job *j)
{
	int err = dombuild_load(&j->build);

	if (!err)
		return XL_OK;
	build_failed(j);
	if (err == -E2BIG)
		report_hint("a larger 'memory', or a smaller ramdisk");
	return XL_ERROR;
}

/*
 * Backends work while the kernel is unpacked, so their nodes come first;
 * without devices, all nodes are written at once when everything is known.
 */
static int fill(struct job *j)
{
	struct dombuild *b = &j->build;
	bool early = j->c->disk_count || j->c->vif_count;
	struct tree_rings rings = {
		.store_port = b->store_port,
		.console_port = b->console_port,
	};
	int err;

	j->has_tree = true;
	if (!tuning_apply(j->x, b->domid, j->c))
		return XL_ERROR;
	err = early ? tree_write(j->x, b->domid, j->c, &rings) : 0;
	if (err)
		return refused(j, "refused its nodes", err);
	if (load(j) != XL_OK)
		return XL_ERROR;
	rings.store_mfn = b->store_mfn;
	rings.console_mfn = b->console_mfn;
	err = early ? tree_write_rings(j->x, b->domid, &rings) :
	      tree_write(j->x, b->domid, j->c, &rings);
	if (err)
		return refused(j, "refused its nodes", err);
	err = tree_introduce(j->x, b->domid, &rings);
	if (err)
		return refused(j, "does not serve it", err);
	if (devices_wait(j->x, b->domid, j->c))
		return fail(j, XL_ERROR, j->x->stop ? "interrupted" :
			    "a device is not there");
	if (j->x->stop)
		return fail(j, XL_ERROR, "interrupted");
	/* After this look, a destroyer finds the domain itself. */
	state_set_phase(j->state, STATE_RUNNING);
	return state_is_removed(j->state) ?
	       fail(j, XL_ERROR, "it was destroyed meanwhile") : XL_OK;
}

static void undo(struct job *j)
{
	/* A second Ctrl-C must not stop the clearing up. */
	j->x->stop = 0;
	if (j->build.created)
		domain_destroy(j->x, j->build.domid);
	else if (j->has_tree)
		tree_remove(j->x, j->build.domid, j->c->uuid);
	if (j->has_state) {
		state_remove(j->c->uuid);
		close(j->state);
	}
}

int domain_create(struct xl *x, const struct domain_config *c,
		  const struct create_options *o, uint16_t *domid)
{
	struct job j = { .x = x, .c = c };
	int status;

	if (!xl_call(x) || !xl_store(x))
		return XL_ERROR;
	status = check_disks(&j);
	if (status == XL_OK) {
		status = open_image(&j);
		if (status == XL_OK)
			status = claim_place(&j, o);
		if (status == XL_OK)
			status = fill(&j);
		/* The exit unmaps the kernel file more cheaply. */
		if (!o->exits_soon)
			dombuild_close(&j.build);
	}
	if (status != XL_OK) {
		undo(&j);
		return status;
	}
	close(j.state);
	*domid = j.build.domid;
	return XL_OK;
}
