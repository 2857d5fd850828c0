// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fetching instructions of the running guest.
 *
 * Rules:
 *  1. The bytes are copied once and only the copy is looked at: another vCPU
 *     may change them meanwhile.
 *  2. An instruction may end at the last byte of a page whose neighbour is
 *     not there.
 *  3. In 64-bit code only FS and GS have a base.  In 32-bit code (programs
 *     in a guest's user mode) the descriptors say it.
 *
 * No lock; the guest's address space is loaded.  It changes nothing but, at
 * the end, the guest's debug status.  Next: privop.c, ptwr.c.
 */
#include "core/fetch.h"
#include "core/arch.h"
#include "core/bounce.h"
#include "core/debugreg.h"
#include "core/desc.h"
#include "core/guest.h"

/* Two words are cheaper to copy than the fifteen bytes that can count. */
#define FETCH_BYTES	16

static uint64_t descriptor_base(const struct vcpu *v, uint64_t sel)
{
	uint64_t d;

	return desc_lookup(v, (uint16_t)sel, &d) ? desc_base(d) : 0;
}

bool fetch_insn(struct vcpu *v, const struct regs *r, struct insn *i)
{
	bool code64 = desc_code64(v, (uint16_t)r->cs);
	uint8_t bytes[FETCH_BYTES];
	size_t n = sizeof(bytes);
	uint64_t at = r->rip;

	if (!code64)
		at = (uint32_t)(at + descriptor_base(v, r->cs));
	if (guest_read(bytes, to_guest(at), n)) {
		n = PAGE_SIZE - (at & ~PAGE_MASK);
		if (n >= sizeof(bytes) || guest_read(bytes, to_guest(at), n))
			return false;
	}
	return insn_decode(i, bytes, n, code64);
}

uint64_t fetch_segment_base(const struct vcpu *v, const struct regs *r,
			    const struct insn *i)
{
	if (i->segment == SEG_FS)
		return arch_fs_base();
	if (i->segment == SEG_GS)
		return arch_gs_base();
	if (desc_code64(v, (uint16_t)r->cs))
		return 0;
	/* The other data segments of 32-bit programs are flat in practice. */
	return descriptor_base(v, i->segment == SEG_CS ? r->cs : r->ss);
}

void fetch_end(struct vcpu *v, struct regs *r)
{
	r->rflags &= ~RFLAGS_RF;
	if (r->rflags & RFLAGS_TF)
		bounce_debug(v, r, DR6_STEP);
}
