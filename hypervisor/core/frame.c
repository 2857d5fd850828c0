// SPDX-License-Identifier: GPL-2.0-only
/*
 * The role machine: users and roles of frames.
 *
 * 1. A user is taken before a role and dropped after it, so role users <=
 *    users, and the owner of a frame with a role cannot change.
 * 2. A frame that nobody uses any more is stamped with the flush clock before
 *    its last user goes, and one that loses its last DATA user likewise:
 *    translations made before the stamp are flushed before the frame becomes
 *    a table or leaves its owner.
 * 3. Full counters refuse.
 * 4. Nothing here looks into a frame.
 *
 * No lock: compare-and-swap on the two words of a record.  Next: pt.c.
 */
#include "core/arch.h"
#include "core/dom.h"
#include "core/frame_record.h"
#include "core/frame_owner.h"
#include "lib/assert.h"

struct frame *frame_table;

static uint64_t max_frame;

void frame_table_init(struct frame *table)
{
	frame_table = table;
	max_frame = 0;
}

void frame_table_add(mfn_t first, uint64_t count)
{
	uint64_t end = first.n + count;

	if (count == 0)
		return;
	CHECK(end <= FRAME_NO_LINK);
	max_frame = max_u64(max_frame, end);
}

void frame_mark_ram(mfn_t first, uint64_t count)
{
	frame_table_add(first, count);
	for (uint64_t i = 0; i < count; i++)
		frame_record(to_mfn(first.n + i))->use |= USE_RAM;
}

uint64_t frame_max(void)
{
	return max_frame;
}

bool frame_is_ram(mfn_t mfn)
{
	return mfn.n < max_frame && load_use(frame_record(mfn)) & USE_RAM;
}

/* Rule 2.  A table's record holds a link there; its stamp comes later. */
static void stamp(struct frame *f)
{
	uint32_t now = arch_flush_clock();
	uint64_t t = load_type(f);

	do {
		if ((t & TYPE_BUSY) || role_is_table(type_role(t)) ||
		    type_high(t) == now)
			return;
	} while (!swap_type(f, &t, (t & ~TYPE_HIGH) |
				   (uint64_t)now << TYPE_HIGH_SHIFT));
}

bool frame_hold_ram(struct domain *owner, mfn_t mfn)
{
	unsigned int number = frame_owner_number(owner);
	struct frame *f = frame_record(mfn);
	uint64_t u = load_use(f);

	do {
		if (use_owner(u) != number || !(u & USE_ALLOC) ||
		    (u & USE_COUNT) == USE_COUNT)
			return false;
	} while (!swap_use(f, &u, u + 1));
	return true;
}

bool frame_hold(struct domain *owner, mfn_t mfn)
{
	return frame_is_ram(mfn) && frame_hold_ram(owner, mfn);
}

void frame_release(mfn_t mfn)
{
	struct frame *f = frame_record(mfn);
	uint64_t u = load_use(f);

	do {
		CHECK((u & USE_COUNT) != 0);
		if ((u & USE_COUNT) == 1)
			stamp(f);
	} while (!swap_use(f, &u, u - 1));
	/* From here on, with no user left, anybody may free or give it. */
	if ((u & USE_COUNT) == 1 && !(u & USE_ALLOC))
		frame_free_unused(mfn);
}

/* A user is held.  The role decides alone. */
static enum frame_answer role_take(struct frame *f, enum role role, bool more)
{
	uint64_t t = load_type(f), n, new;
	bool first;

	do {
		n = t & TYPE_COUNT;
		if ((t & TYPE_BUSY) || n == TYPE_COUNT)
			return FRAME_REFUSED;
		if (n != 0 ? type_role(t) != role : more)
			return FRAME_REFUSED;
		first = n == 0 && role != ROLE_DATA;
		new = type_make(role, n + 1, first ? TYPE_BUSY : 0,
				type_high(t));
	} while (!swap_type(f, &t, new));
	return first ? FRAME_FIRST : FRAME_DONE;
}

enum frame_answer frame_take(struct domain *owner, mfn_t mfn, enum role role)
{
	enum frame_answer answer;

	if (!frame_hold(owner, mfn))
		return FRAME_REFUSED;
	answer = role_take(frame_record(mfn), role, false);
	if (answer == FRAME_REFUSED)
		frame_release(mfn);
	return answer;
}

bool frame_take_data(struct domain *owner, mfn_t mfn)
{
	if (!frame_hold_ram(owner, mfn))
		return false;
	if (role_take(frame_record(mfn), ROLE_DATA, false) == FRAME_DONE)
		return true;
	frame_release(mfn);
	return false;
}

bool frame_take_more(struct domain *owner, mfn_t mfn, enum role role)
{
	if (!frame_hold(owner, mfn))
		return false;
	if (role_take(frame_record(mfn), role, true) == FRAME_DONE)
		return true;
	frame_release(mfn);
	return false;
}

/* The busy state belongs to one CPU: nobody else changes the word meanwhile. */
static uint64_t busy_type(mfn_t mfn, uint64_t count)
{
	uint64_t t = load_type(frame_record(mfn));

	CHECK((t & TYPE_BUSY) && (t & TYPE_COUNT) == count);
	return t;
}

static void set_type(mfn_t mfn, uint64_t type)
{
	__atomic_store_n(&frame_record(mfn)->type, type, __ATOMIC_RELEASE);
}

void frame_ready(mfn_t mfn)
{
	set_type(mfn, busy_type(mfn, 1) & ~TYPE_BUSY);
}

void frame_keep(mfn_t mfn)
{
	set_type(mfn, (busy_type(mfn, 0) & ~TYPE_BUSY) + 1);
}

void frame_take_cancel(mfn_t mfn)
{
	set_type(mfn, busy_type(mfn, 1) & TYPE_HIGH);
	frame_release(mfn);
}

void frame_undone(mfn_t mfn)
{
	busy_type(mfn, 0);
	set_type(mfn, type_make(ROLE_NONE, 0, 0, arch_flush_clock()));
	frame_release(mfn);
}

enum frame_answer frame_drop(mfn_t mfn, enum role role)
{
	struct frame *f = frame_record(mfn);
	uint64_t t = load_type(f), n, new;

	do {
		n = t & TYPE_COUNT;
		CHECK(n != 0 && type_role(t) == role && !(t & TYPE_BUSY));
		if (n > 1)
			new = t - 1;
		else if (role_is_table(role))
			new = (t - 1) | TYPE_BUSY;
		else if (role == ROLE_DESC)
			new = t & TYPE_HIGH;
		else
			new = type_make(ROLE_NONE, 0, 0, arch_flush_clock());
	} while (!swap_type(f, &t, new));
	if (n == 1 && role_is_table(role))
		return FRAME_LAST;
	frame_release(mfn);
	return FRAME_DONE;
}

void frame_drop_simple(mfn_t mfn, enum role role)
{
	CHECK(!role_is_table(role));
	if (frame_drop(mfn, role) != FRAME_DONE)
		panic("frame_drop: last user of a plain role");
}

enum role frame_role(mfn_t mfn)
{
	return type_role(load_type(frame_record(mfn)));
}

uint32_t frame_users(mfn_t mfn)
{
	return load_use(frame_record(mfn)) & USE_COUNT;
}

uint32_t frame_role_users(mfn_t mfn)
{
	return load_type(frame_record(mfn)) & TYPE_COUNT;
}

bool frame_busy(mfn_t mfn)
{
	return load_type(frame_record(mfn)) & TYPE_BUSY;
}

bool frame_pinned(mfn_t mfn)
{
	return load_use(frame_record(mfn)) & USE_PINNED;
}

bool frame_set_pinned(mfn_t mfn, bool on)
{
	struct frame *f = frame_record(mfn);
	uint64_t u = load_use(f);

	do {
		if (!!(u & USE_PINNED) == on)
			return false;
	} while (!swap_use(f, &u, u ^ USE_PINNED));
	return true;
}

/* Only with the mm lock, on a frame of table role: nobody stamps it then. */
void frame_set_link(mfn_t mfn, uint32_t next)
{
	struct frame *f = frame_record(mfn);
	uint64_t t = load_type(f);

	CHECK(role_is_table(type_role(t)));
	while (!swap_type(f, &t, (t & ~TYPE_HIGH) |
				 (uint64_t)next << TYPE_HIGH_SHIFT))
		;
}

uint32_t frame_link(mfn_t mfn)
{
	return type_high(load_type(frame_record(mfn)));
}
