// SPDX-License-Identifier: GPL-2.0-only
/*
 * The builder: what the kernel finds when it starts.
 *
 * Page tables, p2m list, start information, empty store and console rings,
 * the first two grants, the shared page, and the registers of vCPU 0.
 *
 * Rules: 1. the tables are ordinary pages until the L4 is pinned, and nobody
 * may have them mapped writable then; 2. pages the guest takes to be zero
 * are zeroed here, whoever allocated them.
 * Lock: none. Never: unpauses the domain. Next: xl/create.c.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "abi/grant.h"
#include "abi/memory.h"
#include "abi/regs.h"
#include "abi/shared_info.h"
#include "abi/vcpu.h"
#include "dom0-tools/lib/dombuild.h"

#define PAGE LAYOUT_PAGE_BYTES
#define RFLAGS_IF 0x200u
/* Grant entries that every guest has from the start. */
#define GRANT_CONSOLE 0
#define GRANT_STORE 1

static int cannot(struct dombuild *b, int err, const char *what)
{
	return dombuild_fail(b, err, "cannot %s (%s)", what, strerror(-err));
}

static void write_start_info(struct dombuild *b, struct xy_start_info *s,
			     uint64_t shared_mfn)
{
	const struct layout *l = &b->layout;

	snprintf(s->magic, sizeof(s->magic), "xen-3.0-x86_64");
	s->nr_pages = b->nr_pages;
	s->shared_info = shared_mfn * PAGE;
	s->flags = XY_SIF_VIRT_P2M_4TOOLS;
	s->store_mfn = b->store_mfn;
	s->store_evtchn = b->store_port;
	s->console.domU.mfn = b->console_mfn;
	s->console.domU.evtchn = b->console_port;
	s->pt_base = layout_address(l, l->l4_pfn);
	s->nr_pt_frames = 1 + layout_table_pages(&l->tables);
	s->mfn_list = l->p2m_address;
	if (l->ramdisk_pages) {
		s->mod_start = l->ramdisk_mapped ?
			       layout_address(l, l->ramdisk_pfn) :
			       l->ramdisk_pfn;
		s->mod_len = b->ramdisk_bytes;
		if (!l->ramdisk_mapped)
			s->flags |= XY_SIF_MOD_START_PFN;
	}
	memcpy(s->cmd_line, b->config->cmdline, strlen(b->config->cmdline));
	if (l->p2m_apart) {
		s->first_p2m_pfn = l->p2m_pfn;
		s->nr_p2m_frames = l->p2m_pages +
				   layout_table_pages(&l->p2m_tables);
	}
}

static void write_main_tables(struct dombuild *b, uint64_t *l4)
{
	const struct layout *l = &b->layout;
	struct layout_mapping m = {
		.t = &l->tables,
		.p2m = b->p2m,
		.ro_start = l->l4_pfn,
		.ro_end = l->l4_pfn + 1 + layout_table_pages(&l->tables),
		.l4 = l4,
		.pages = l4 + 512,
	};

	layout_write_tables(&m);
}

/* The list, and behind it the tables that map it. */
static int write_p2m(struct dombuild *b, uint64_t *l4)
{
	const struct layout *l = &b->layout;
	uint64_t tables = l->p2m_apart ? layout_table_pages(&l->p2m_tables) : 0;
	uint64_t pages = l->p2m_pages + tables;
	uint64_t used = b->nr_pages * sizeof(uint64_t);
	char *window;
	int err = call_map_foreign(b->c, b->domid, b->p2m + l->p2m_pfn, pages,
				   (void **)&window);
	struct layout_mapping m = {
		.t = &l->p2m_tables,
		.p2m = b->p2m,
		.map_pfn = l->p2m_pfn,
		.l4 = l4,
	};

	if (err)
		return cannot(b, err, "map its p2m list");
	memcpy(window, b->p2m, used);
	memset(window + used, 0, pages * PAGE - used);
	m.pages = (uint64_t *)(window + l->p2m_pages * PAGE);
	if (l->p2m_apart)
		layout_write_tables(&m);
	call_unmap(window, pages);
	return 0;
}

/* start_info, store, console, tables and stack are one row of pages. */
static int write_row(struct dombuild *b, uint64_t shared_mfn)
{
	const struct layout *l = &b->layout;
	uint64_t pages = l->stack_pfn + 1 - l->start_info_pfn;
	char *row;
	uint64_t *l4;
	int err = call_map_foreign(b->c, b->domid, b->p2m + l->start_info_pfn,
				   pages, (void **)&row);

	if (err)
		return cannot(b, err, "map its page tables");
	memset(row, 0, pages * PAGE);
	write_start_info(b, (struct xy_start_info *)row, shared_mfn);
	l4 = (uint64_t *)(row + (l->l4_pfn - l->start_info_pfn) * PAGE);
	write_main_tables(b, l4);
	err = write_p2m(b, l4);
	call_unmap(row, pages);
	return err;
}

static int write_shared_info(struct dombuild *b, uint64_t mfn)
{
	struct xy_shared_info *s;
	int err = call_map_foreign(b->c, b->domid, &mfn, 1, (void **)&s);

	if (err)
		return cannot(b, err, "map its shared page");
	for (unsigned int i = 0; i < XY_LEGACY_MAX_VCPUS; i++)
		s->vcpu_info[i].evtchn_upcall_mask = 1;
	call_unmap(s, 1);
	return 0;
}

/* Lets dom0 reach the two rings by grant, as well as by frame. */
static int seed_grants(struct dombuild *b)
{
	struct call_resource r = {
		.domid = b->domid,
		.type = XY_MEM_resource_grant_table,
		.id = XY_MEM_resource_grant_table_id_shared,
		.frames = 1,
	};
	struct xy_grant_entry_v1 *g;
	int err = call_map_resource(b->c, &r, (void **)&g);

	if (err)
		return cannot(b, err, "map its grant table");
	g[GRANT_CONSOLE].frame = (uint32_t)b->console_mfn;
	g[GRANT_CONSOLE].flags = XY_GTF_permit_access;
	g[GRANT_STORE].frame = (uint32_t)b->store_mfn;
	g[GRANT_STORE].flags = XY_GTF_permit_access;
	call_unmap(g, 1);
	return 0;
}

static int fill_hypercall_page(struct dombuild *b)
{
	uint64_t at = b->notes.hypercall_page;
	struct xy_domctl op = {
		.cmd = XY_DOMCTL_hypercall_init,
		.domain = b->domid,
	};
	uint64_t pfn;
	int err;

	if (at == ELF_NO_ADDRESS)
		return 0;
	pfn = (at - b->layout.virt_base) / PAGE;
	if (at < b->layout.virt_base || pfn >= b->nr_pages)
		return dombuild_fail(b, -EINVAL,
			"kernel %s: its hypercall page is out of range",
			b->config->kernel);
	op.u.hypercall_init.gmfn = b->p2m[pfn];
	err = call_domctl(b->c, &op);
	return err ? cannot(b, err, "write its hypercall page") : 0;
}

static int set_vcpu(struct dombuild *b)
{
	const struct layout *l = &b->layout;
	size_t mark = call_mark(b->c);
	struct xy_vcpu_guest_context *v = call_scratch(b->c, sizeof(*v));
	struct xy_domctl op = {
		.cmd = XY_DOMCTL_setvcpucontext,
		.domain = b->domid,
	};
	int err;

	if (!v)
		return -ENOMEM;
	v->flags = XY_VGCF_in_kernel | XY_VGCF_online;
	v->user_regs.rip = b->notes.entry;
	v->user_regs.rsp = layout_address(l, l->stack_pfn + 1);
	v->user_regs.rsi = layout_address(l, l->start_info_pfn);
	v->user_regs.rflags = RFLAGS_IF;
	v->user_regs.cs = XY_FLAT_KERNEL_CS;
	v->user_regs.ss = XY_FLAT_KERNEL_SS;
	v->kernel_ss = v->user_regs.ss;
	v->kernel_sp = v->user_regs.rsp;
	v->ctrlreg[3] = b->p2m[l->l4_pfn] * PAGE;
	op.u.vcpucontext.ctxt = (uintptr_t)v;
	err = call_domctl(b->c, &op);
	call_rewind(b->c, mark);
	return err ? cannot(b, err, "set its first registers") : 0;
}

int dombuild_boot(struct dombuild *b)
{
	struct xy_domctl_getdomaininfo info;
	int err = call_domain_info(b->c, b->domid, &info);

	if (err)
		return cannot(b, err, "look at the new domain");
	err = write_row(b, info.shared_info_frame);
	if (!err)
		err = fill_hypercall_page(b);
	if (!err) {
		err = call_mmuext_pin_l4(b->c, b->domid,
					 b->p2m[b->layout.l4_pfn]);
		if (err)
			err = cannot(b, err, "pin its page tables");
	}
	if (!err)
		err = write_shared_info(b, info.shared_info_frame);
	if (!err)
		err = set_vcpu(b);
	if (!err)
		err = seed_grants(b);
	return err;
}
