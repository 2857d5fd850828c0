/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The other side of domains.h for tests: a set of known domains, no rings.
 *
 * Rules: what is introduced is known until it is released; a domain numbered
 * 666 cannot be introduced (its page cannot be mapped, EFAULT).
 */
#include "dom0-tools/xenstored/domains.h"

#include <errno.h>

#include "fake_domains.h"

bool fake_known[XY_DOMID_FIRST_RESERVED];

int domains_introduce(struct xenstore *x, uint16_t domid, uint64_t mfn,
		      uint32_t port, bool *fresh)
{
	(void)x;
	(void)mfn;
	(void)port;
	if (domid == 666)
		return -EFAULT;
	*fresh = !fake_known[domid];
	fake_known[domid] = true;
	return 0;
}

int domains_release(struct xenstore *x, uint16_t domid)
{
	(void)x;
	if (!fake_known[domid])
		return -ENOENT;
	fake_known[domid] = false;
	return 0;
}

bool domains_known(const struct xenstore *x, uint16_t domid)
{
	(void)x;
	return domid == 0 || fake_known[domid];
}

int domains_resume(struct xenstore *x, uint16_t domid)
{
	(void)x;
	return fake_known[domid] ? 0 : -ENOENT;
}

int domains_set_target(struct xenstore *x, uint16_t domid, uint16_t target)
{
	(void)x;
	return fake_known[domid] && fake_known[target] ? 0 : -ENOENT;
}
