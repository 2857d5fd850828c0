// SPDX-License-Identifier: GPL-2.0-only
/*
 * xl rename, sysrq, trigger, debug-keys.
 *
 * Rules: 1. a name is free or the renaming is refused, also against domains
 * that are being made; 2. the new name is in the domain's state file before
 * it is in the store, so that a restart brings it back under that name.
 * Lock: rename holds state_lock, as creators do. Never: waits for a guest.
 * Next: lifecycle.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dom0-tools/xl/state.h"
#include "dom0-tools/xl/verbs.h"

#define LOCK_SECONDS 60

static bool name_taken(struct xl *x, const char *name)
{
	struct state_walk w;
	struct state s;
	uint16_t domid;
	bool taken = domain_find(x, name, &domid);

	state_walk_start(&w);
	while (!taken && state_walk_next(&w, &s)) {
		taken = strcmp(s.name, name) == 0;
		state_free(&s);
	}
	state_walk_end(&w);
	return taken;
}

static bool rename_nodes(struct xl *x, const domain_info *info,
			 const char *name)
{
	char uuid[CONFIG_UUID_TEXT];

	uuid_format(info->handle, uuid);
	return store_write(x, name, "/vm/%s/name", uuid) &&
	       store_write(x, name, "/local/domain/%u/name", info->domain);
}

static int rename_locked(struct xl *x, uint16_t domid, const char *name)
{
	domain_info info;
	struct state s;
	int err;

	if (name_taken(x, name))
		return -EEXIST;
	if (!domain_get(x, domid, &info))
		return -ESRCH;
	err = state_load(info.handle, &s);
	if (!err) {
		err = state_rename(&s, name);
		state_free(&s);
	}
	/* One that other tools made has no file of ours. */
	if (err && err != -ENOENT)
		return err;
	return rename_nodes(x, &info, name) ? 0 : -errno;
}

int verb_rename(struct xl *x, int argc, char **argv)
{
	const char *why;
	uint16_t domid;
	int lock, err;

	if (argc != 3)
		return verb_usage("rename");
	why = config_name_wrong(argv[2]);
	if (why) {
		report_error("cannot rename '%s': the new name %s", argv[1],
			     why);
		return XL_ERROR;
	}
	if (!domain_need(x, argv[1], false, &domid))
		return XL_ERROR;
	err = state_lock(LOCK_SECONDS, &lock);
	if (!err) {
		err = rename_locked(x, domid, argv[2]);
		close(lock);
	}
	if (!err)
		return XL_OK;
	report_error("cannot rename '%s': %s", argv[1], err == -EEXIST ?
		     "there is a domain of the new name" :
		     err == -EWOULDBLOCK ? "somebody else is at it" :
		     strerror(-err));
	return XL_ERROR;
}

int verb_sysrq(struct xl *x, int argc, char **argv)
{
	uint16_t domid;

	if (argc != 3 || strlen(argv[2]) != 1)
		return verb_usage("sysrq");
	if (!domain_need(x, argv[1], false, &domid))
		return XL_ERROR;
	if (store_write(x, argv[2], "/local/domain/%u/control/sysrq", domid))
		return XL_OK;
	report_error("cannot ask '%s': %s", argv[1], strerror(errno));
	return XL_ERROR;
}

int verb_trigger(struct xl *x, int argc, char **argv)
{
	struct xy_domctl op = { .cmd = XY_DOMCTL_sendtrigger };
	unsigned int vcpu = 0;
	uint16_t domid;
	int err;

	if (argc < 3 || argc > 4 ||
	    (argc == 4 && !option_seconds(argv[3], &vcpu)))
		return verb_usage("trigger");
	if (strcmp(argv[2], "nmi")) {
		report_error("cannot trigger '%s': a paravirtual guest has no "
			     "such button", argv[2]);
		report_hint("xl shutdown, xl reboot, or nmi");
		return XL_ERROR;
	}
	if (!domain_need(x, argv[1], false, &domid))
		return XL_ERROR;
	op.domain = domid;
	op.u.sendtrigger.trigger = XY_DOMCTL_SENDTRIGGER_NMI;
	op.u.sendtrigger.vcpu = vcpu;
	err = call_domctl(&x->call, &op);
	if (!err)
		return XL_OK;
	report_error("cannot send '%s' an NMI: %s", argv[1],
		     err == -EINVAL || err == -ESRCH ?
		     "it has no such vCPU" : strerror(-err));
	return XL_ERROR;
}

int verb_debug_keys(struct xl *x, int argc, char **argv)
{
	struct xy_sysctl op = { .cmd = XY_SYSCTL_debug_keys };
	size_t bytes = argc == 2 ? strlen(argv[1]) : 0;
	char *keys;
	int err;

	if (!bytes)
		return verb_usage("debug-keys");
	if (!xl_call(x))
		return XL_ERROR;
	keys = call_scratch(&x->call, bytes);
	err = keys ? 0 : -ENOMEM;
	if (!err) {
		memcpy(keys, argv[1], bytes);
		op.u.debug_keys.keys = (uintptr_t)keys;
		op.u.debug_keys.nr_keys = (uint32_t)bytes;
		err = call_sysctl(&x->call, &op);
	}
	if (!err)
		return XL_OK;
	report_error("the hypervisor takes no keys: %s", strerror(-err));
	return XL_ERROR;
}
