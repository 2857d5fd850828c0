/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Joint tables: a guest's program and its kernel have a root each, which
 * differ in what lies above the hypervisor: the kernel's part.  A load of CR3
 * at each entry and exit costs two flushes of the TLB.  In a table of ours
 * that has the lower half of both, the kernel's part is there only while the
 * kernel runs: to add it flushes nothing, since no processor remembers that
 * an entry was absent; only to take it away does.
 *
 * 1. Two roots are joined if their lower halves say the same.  What the user
 *    root has above the hypervisor is left out; a program that wants it gets
 *    its own root (arch_upper_fault()).
 * 2. Linux has some 70 entries there and uses five: an entry of the kernel's
 *    is taken at the first fault, and from then on for its whole domain.
 * 3. A joint table holds no users: it is void when an entry of one of its
 *    roots changes and when one of them ceases to be a root, before that is
 *    taken apart (pt_update.c, pt.c).  Roots it was loaded for are held by the
 *    vCPU.
 * 4. It is a copy: the processor's A bits are lost with it, and L4 entries
 *    have theirs set from the start (pte_adjust()).
 * 5. While dom0's kernel stays mapped (XY_DIRECT_OPEN), nothing is taken away
 *    when it returns to that program.
 *
 * Lock: none, one CPU runs.  Next: mode.c.
 */
#include "core/joint.h"
#include "core/arch.h"

#define SETS		8u
#define WAYS		4u	/* of roots that run by turns some will meet */
#define HARMLESS	(PTE_A | PTE_AVL | PTE_AVL_HIGH)

static uint64_t tables[SETS * WAYS][PT_ENTRIES]
	__attribute__((aligned(PAGE_SIZE)));
static struct joint joints[SETS * WAYS];	/* set by the user root */
static unsigned int next_way;		/* makes room */

void joint_init(const uint64_t *hv)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(joints); i++) {
		joints[i].l4 = tables[i];
		joints[i].user = to_mfn(NO_FRAME);
		for (unsigned int s = L4_HV_FIRST; s <= L4_HV_LAST; s++)
			tables[i][s] = hv[s];
	}
}

static bool take_lower(struct joint *j, const uint64_t *user,
		       const uint64_t *kernel)
{
	for (unsigned int s = 0; s < L4_HV_FIRST; s++) {
		uint64_t e = user[s], f = kernel[s];

		if ((e | f) & PTE_P && (e ^ f) & ~HARMLESS)
			return false;
		j->l4[s] = e;
	}
	return true;
}

static void add(struct joint *j, unsigned int slot, uint64_t entry)
{
	j->upper[j->uppers].at = &j->l4[slot];
	j->upper[j->uppers++].entry = entry;
}

static void take_known(struct joint *j, const uint64_t *kernel,
		       const struct joint_known *known)
{
	for (unsigned int i = 0; i < JOINT_UPPER_MAX; i++) {
		unsigned int slot = known->slot[i];

		if (slot && pte_present(kernel[slot]))
			add(j, slot, kernel[slot]);
	}
}

static void learn(struct joint_known *known, unsigned int slot)
{
	for (unsigned int i = 0; i < JOINT_UPPER_MAX; i++)
		if (known->slot[i] == slot)
			return;
	known->slot[known->next++ % JOINT_UPPER_MAX] = (uint16_t)slot;
}

bool joint_use(struct joint *j, unsigned int slot, struct joint_known *known)
{
	const uint64_t *kernel = arch_frame_ptr(j->kernel);

	if (slot <= L4_HV_LAST || !pte_present(kernel[slot]) || j->l4[slot])
		return false;
	if (j->uppers == JOINT_UPPER_MAX) {
		j->refused = true;
		return true;
	}
	add(j, slot, kernel[slot]);
	joint_open(j);
	learn(known, slot);
	return true;
}

/* One that is void, or was this program's, or has lost its turn. */
static struct joint *take_from(struct joint *set, mfn_t user)
{
	for (unsigned int i = 0; i < WAYS; i++)
		if (mfn_none(set[i].user) || mfn_same(set[i].user, user))
			return &set[i];
	return &set[next_way++ % WAYS];
}

static __attribute__((noinline)) struct joint *make(struct joint *set,
		mfn_t user, mfn_t kernel, const struct joint_known *known)
{
	struct joint *j = take_from(set, user);
	const uint64_t *k = arch_frame_ptr(kernel);

	joint_close(j);			/* of those before */
	j->uppers = 0;
	j->user = user;
	j->kernel = kernel;
	j->refused = !take_lower(j, arch_frame_ptr(user), k);
	take_known(j, k, known);
	return j;
}

struct joint *joint_find(mfn_t user, mfn_t kernel,
			 const struct joint_known *known)
{
	struct joint *set = &joints[(user.n ^ user.n >> 3) % SETS * WAYS];
	struct joint *j = set;

	if (mfn_none(user) || mfn_none(kernel))
		return NULL;
	while (j < set + WAYS && !(mfn_same(j->user, user) &&
				   mfn_same(j->kernel, kernel)))
		j++;
	if (j == set + WAYS)
		j = make(set, user, kernel, known);
	return j->refused ? NULL : j;
}

void joint_forget(mfn_t root)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(joints); i++)
		if (mfn_same(joints[i].user, root) ||
		    mfn_same(joints[i].kernel, root))
			joints[i].user = to_mfn(NO_FRAME);
}
