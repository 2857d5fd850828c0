/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A domain: its identity, its rights, its vCPUs, its memory, its doors to
 * others.  Life: dom_create -> paused -> running -> shut down -> dying -> gone.
 *
 * A domain stays in the list, dying, until nobody holds a reference: frames
 * of it that others have mapped keep it ("zombie").
 */
#ifndef CORE_DOM_H
#define CORE_DOM_H

#include "abi/base.h"
#include "abi/shared_info.h"
#include "core/joint.h"
#include "core/vcpu.h"
#include "lib/list.h"
#include "lib/lock.h"
#include "lib/types.h"

struct cpuid_policy;
struct evtchn_table;
struct grant_table;
struct pirq_table;

#define MAX_VCPUS	64	/* above 32 only with a registered info */

struct dom_rights {		/* what of the machine it may touch */
	bool ports;		/* all but the denied ports */
	bool iomem;		/* all but the hypervisor's own devices */
	bool irqs;
};

#define WATCHDOGS	2

struct domain_watchdog {
	struct timer timer;
	struct domain *domain;
	bool used;
};

struct domain {
	uint16_t id;
	/* may domctl, sysctl, map foreign frames */
	bool privileged;
	struct dom_rights rights;
	uint8_t handle[16];		/* UUID the toolstack gave */
	struct list link;		/* lock: domain list */
	uint32_t refs;			/* [atomic] see dom_get/dom_put */

	struct lock lock;		/* RANK_DOMAIN: the life cycle */
	unsigned int pause_count;	/* toolstack's pauses */
	bool shutting_down, shut_down;
	uint8_t shutdown_code;
	bool dying;
	unsigned int destroy_step;	/* progress of dom_destroy */
	bool held;			/* one pause is a domctl's, at work */

	unsigned int max_vcpus;
	struct vcpu *vcpus[MAX_VCPUS];	/* NULL until created */

	/* memory: core/frame.c, core/pt.c; lock: mm (RANK_MM) */
	struct lock mm_lock;
	uint64_t tot_pages, max_pages;	/* frames owned / allowed */
	uint64_t claimed_pages;		/* reserved for populate */
	struct dom_mm *mm;		/* private to core/pt*.c, frame*.c */
	bool drain_due;			/* pt_drain() has work to do */
	mfn_t direct_root;		/* may make direct calls, or none */
	mfn_t open_kernel;		/* its kernel, open to it, or none */
	struct joint_known joint_known;	/* core/joint.c */
	uint64_t dirty_cpus;		/* [atomic] may hold its translations */

	struct xy_shared_info *shared;	/* hypervisor frame, guest maps it */
	mfn_t shared_mfn;
	struct evtchn_table *evtchn;	/* core/evtchn.c; lock: evtchn */
	struct grant_table *grants;	/* core/grant.c; lock: grant */
	struct pirq_table *pirqs;	/* core/pirq.c; NULL: no rights.irqs */
	struct lock evtchn_lock;	/* RANK_EVTCHN */
	struct lock grant_lock;		/* RANK_GRANT */

	uint32_t vm_assist;		/* VMASST bits */
	uint16_t weight, cap;		/* scheduler_op */
	uint64_t wall_offset_s;		/* settime of this domain */
	uint32_t tsc_mode, tsc_incarnation;	/* settscinfo */
	void *e820;			/* xy_e820_entry[], set_memory_map */
	unsigned int e820_count;

	struct cpuid_policy *cpuid;	/* NULL: the default (core/cpuid.h) */
	uint8_t cmos_index;		/* dom0: latched CMOS address */
	uint32_t pci_cf8;		/* dom0: latched config address */
	uint64_t log_window_ns;		/* dom_log rate limit */
	unsigned int log_count;
	struct domain_watchdog watchdogs[WATCHDOGS];	/* lock: domain */
};

extern struct domain *dom0;

/* Looks a domain up and takes a reference; NULL: none.  Dying ones count. */
struct domain *dom_get(uint16_t id);
/* The first domain whose id is >= id, with a reference. */
struct domain *dom_get_from(uint16_t id);
/* The next domain after d, with a reference; d's own is put. */
struct domain *dom_next(struct domain *d);
void dom_put(struct domain *d);
void dom_hold(struct domain *d);	/* one more reference on one we hold */

/*
 * Resolves an id a guest gave: DOMID_SELF is the caller; another id needs the
 * privilege.  0 with a reference in *out, -ESRCH or -EPERM.
 */
int dom_resolve(struct vcpu *v, uint16_t id, struct domain **out) must_check;

struct dom_config {
	uint8_t handle[16];
	unsigned int max_vcpus;
	unsigned int max_evtchn_port;	/* highest port allowed */
	unsigned int max_grant_frames, max_maptrack_frames;
	bool privileged;
};

/* Makes an empty, paused domain; id DOMID_INVALID chooses.  0 or -errno. */
int dom_create(uint16_t id, const struct dom_config *c, struct domain **out)
	must_check;
void dom_pause(struct domain *d);
void dom_unpause(struct domain *d);
/* The guest ended (SHUTDOWN_ reasons): stops its vCPUs, raises DOM_EXC. */
void dom_shutdown(struct domain *d, unsigned int reason);
void dom_resume(struct domain *d);
/* The guest broke its own machine.  The reason goes to the log. */
void dom_crash(struct domain *d, const char *fmt, ...) printf_like(2, 3);
/* A bounded step of destruction: 0 done, -ERESTART call again. */
int dom_destroy(struct domain *d) must_check;

/* A line about this domain, rate limited: "d3: ..."; ends the line itself. */
void dom_log(struct domain *d, const char *fmt, ...) printf_like(2, 3);

#endif
