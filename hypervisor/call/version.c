/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen_version (17): who we are.  rdi: sub-op, rsi: buffer.
 *
 * The version is that of the interface we speak, 4.17; tools choose their own
 * binaries by it.  Sub-op 0 is also the cheapest call there is: guests use it
 * to have pending events delivered.
 */
#include "abi/version.h"
#include "call/call.h"
#include "call/info.h"
#include "lib/print.h"
#include "lib/string.h"

#define INTERFACE_VERSION	(4u << 16 | 17)

#define FEATURES_ALL ((1u << XY_FEAT_pae_pgdir_above_4gb) |		\
		      (1u << XY_FEAT_mmu_pt_update_preserve_ad) |	\
		      (1u << XY_FEAT_highmem_assist) |			\
		      (1u << XY_FEAT_gnttab_map_avail_bits) |		\
		      (1u << XY_FEAT_memory_op_vnode_supported) |	\
		      (1u << XY_FEAT_direct_mapped))

char info_cmdline[XY_COMMANDLINE_LEN];	/* boot only */

static int64_t give_text(guest_va_t to, const char *text, size_t room)
{
	char buf[XY_CAPABILITIES_INFO_LEN] = { 0 };

	print_to(buf, room, "%s", text);
	return guest_write(to, buf, room) ? -XY_EFAULT : 0;
}

static int64_t give_compile(guest_va_t to)
{
	struct xy_compile_info info = { 0 };

	print_to(info.compiler, sizeof(info.compiler), "gcc %s", __VERSION__);
	print_to(info.compile_by, sizeof(info.compile_by), "xylem");
	print_to(info.compile_domain, sizeof(info.compile_domain), "local");
	print_to(info.compile_date, sizeof(info.compile_date), "unrecorded");
	return guest_write(to, &info, sizeof(info)) ? -XY_EFAULT : 0;
}

static int64_t give_features(struct vcpu *v, guest_va_t at)
{
	struct xy_feature_info info;

	if (guest_read(&info, at, sizeof(info)))
		return -XY_EFAULT;
	if (info.submap_idx >= XY_FEAT_NR_SUBMAPS)
		return -XY_EINVAL;
	info.submap = FEATURES_ALL;
	if (v->domain->privileged)
		info.submap |= 1u << XY_FEAT_dom0;
	return guest_write(at, &info, sizeof(info)) ? -XY_EFAULT : 0;
}

/* A build id of our own: the name of the interface, padded. */
static int64_t give_build_id(guest_va_t at)
{
	static const char id[20] = "Xylem";
	uint32_t room;

	if (at.a == 0)
		return sizeof(id);
	if (guest_read(&room, at, sizeof(room)))
		return -XY_EFAULT;
	if (room < sizeof(id))
		return -XY_ENOBUFS;
	if (guest_write(guest_va_add(at, sizeof(room)), id, sizeof(id)))
		return -XY_EFAULT;
	return sizeof(id);
}

static __attribute__((noinline)) int64_t give(struct vcpu *v, uint32_t what,
					      guest_va_t to)
{
	struct xy_platform_parameters params = { HV_VA_START };

	switch (what) {
	case XY_VER_extraversion:
		return give_text(to, ".7-xylem", XY_EXTRAVERSION_LEN);
	case XY_VER_compile_info:
		return give_compile(to);
	case XY_VER_capabilities:
		return give_text(to, "xen-3.0-x86_64 ",
				 XY_CAPABILITIES_INFO_LEN);
	case XY_VER_changeset:
		return give_text(to, "xylem", XY_CHANGESET_INFO_LEN);
	case XY_VER_platform_parameters:
		return guest_write(to, &params, sizeof(params)) ?
		       -XY_EFAULT : 0;
	case XY_VER_get_features:
		return give_features(v, to);
	case XY_VER_pagesize:
		return PAGE_SIZE;
	case XY_VER_guest_handle:
		return guest_write(to, v->domain->handle,
				   sizeof(v->domain->handle)) ? -XY_EFAULT : 0;
	case XY_VER_commandline:
		return give_text(to, v->domain->privileged ? info_cmdline :
				 "<denied>", XY_COMMANDLINE_LEN);
	case XY_VER_build_id:
		return give_build_id(to);
	}
	return -XY_ENOSYS;
}

int64_t hc_xen_version(struct vcpu *v, struct call *c)
{
	if ((uint32_t)c->arg[0] == XY_VER_version)
		return INTERFACE_VERSION;
	return give(v, (uint32_t)c->arg[0], to_guest(c->arg[1]));
}
