// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page-type law in small worlds, exhaustively.
 *
 * A world has a few frames with a few entries each. From the empty world every
 * operation is tried in every state that can be reached: pin, unpin, take and
 * drop a writable mapping from outside, write an entry. What must happen is
 * said by walking from the roots: an operation is lawful if, with the new
 * promise beside the old one, no frame is met in two roles. After each
 * operation contents and all counts must be what the walk says; a refused one
 * must have changed nothing.
 *
 * Worlds that differ only in the names of their frames count as one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/arch.h"
#include "fakes/dom.h"
#include "core/frame_record.h"
#include "core/pt.h"

#define MAX_FRAMES	4
#define MAX_SLOTS	2

static unsigned int nframes, nslots, nlevels;
static struct domain *d;
static mfn_t mfn_of[MAX_FRAMES];

/* Value of an entry: 0 none, 1 + f writable, 1 + nframes + f read-only. */
struct world {
	uint8_t slot[MAX_FRAMES][MAX_SLOTS];
	uint8_t pin[MAX_FRAMES];	/* level, 0 not */
	uint8_t ext[MAX_FRAMES];	/* mapped writable from outside */
};

struct facts {
	uint8_t role[MAX_FRAMES];	/* enum role */
	uint32_t users[MAX_FRAMES], role_users[MAX_FRAMES];
	bool clash;
};

/* ---- the law, by walking ---- */

/* Both: a second promise in one slot, while the first still stands. */
struct both {
	unsigned int frame, slot, value;
};

static void visit(const struct world *w, const struct both *b, struct facts *x,
		  unsigned int f, unsigned int role);

static void visit_value(const struct world *w, const struct both *b,
			struct facts *x, unsigned int value,
			unsigned int level)
{
	unsigned int target = (value - 1) % nframes;
	bool writable = value <= nframes;

	if (value == 0)
		return;
	x->users[target]++;
	if (level == 1 && !writable)
		return;
	x->role_users[target]++;
	visit(w, b, x, target, level == 1 ? ROLE_DATA : ROLE_L1 + level - 2);
}

static void visit(const struct world *w, const struct both *b, struct facts *x,
		  unsigned int f, unsigned int role)
{
	if (x->role[f] == role)
		return;
	if (x->role[f] != ROLE_NONE) {
		x->clash = true;
		return;
	}
	x->role[f] = (uint8_t)role;
	if (role == ROLE_DATA)
		return;
	for (unsigned int s = 0; s < nslots; s++)
		visit_value(w, b, x, w->slot[f][s], role - ROLE_L1 + 1);
	if (b != NULL && b->frame == f)
		visit_value(w, b, x, b->value, role - ROLE_L1 + 1);
}

static struct facts walk(const struct world *w, const struct both *b)
{
	struct facts x = { 0 };

	for (unsigned int f = 0; f < nframes; f++) {
		if (w->pin[f] != 0) {
			x.users[f]++;
			x.role_users[f]++;
			visit(w, b, &x, f, ROLE_L1 + w->pin[f] - 1);
		}
		if (w->ext[f] != 0) {
			x.users[f]++;
			x.role_users[f]++;
			visit(w, b, &x, f, ROLE_DATA);
		}
	}
	return x;
}

/* ---- worlds and the real thing ---- */

static uint64_t entry_of(unsigned int value)
{
	if (value == 0)
		return 0;
	return pte_make(mfn_of[(value - 1) % nframes], value <= nframes ?
			PTE_P | PTE_RW : PTE_P);
}

static unsigned int value_of(uint64_t e)
{
	if (!pte_present(e))
		return 0;
	for (unsigned int f = 0; f < nframes; f++)
		if (mfn_same(pte_mfn(e), mfn_of[f]))
			return 1 + f + (pte_writable(e) ? 0 : nframes);
	fail_msg("entry %lx is of no frame", (unsigned long)e);
	return 0;
}

struct saved {
	struct world w;
	struct frame records[MAX_FRAMES];
};

static void put(const struct saved *s)
{
	for (unsigned int f = 0; f < nframes; f++) {
		*frame_record(mfn_of[f]) = s->records[f];
		for (unsigned int i = 0; i < nslots; i++)
			fake_words(mfn_of[f])[i] = entry_of(s->w.slot[f][i]);
	}
}

/* Contents and records are what world w says they must be. */
static void check(const struct world *w)
{
	struct facts x = walk(w, NULL);

	assert_false(x.clash);
	for (unsigned int f = 0; f < nframes; f++) {
		mfn_t mfn = mfn_of[f];
		uint64_t *words = fake_words(mfn);

		for (unsigned int s = 0; s < nslots; s++)
			assert_int_equal(value_of(words[s]), w->slot[f][s]);
		assert_int_equal(frame_role(mfn), x.role[f]);
		assert_int_equal(frame_users(mfn), x.users[f]);
		assert_int_equal(frame_role_users(mfn), x.role_users[f]);
		assert_int_equal(frame_pinned(mfn), w->pin[f] != 0);
		assert_false(frame_busy(mfn));
		if (x.role[f] != ROLE_L4)	/* as a guest would: clean */
			memset(words + L4_HV_FIRST, 0, 16 * sizeof(*words));
	}
}

/* ---- operations: the real one, and what the law says of it ---- */

enum op { OP_PIN, OP_UNPIN, OP_MAP, OP_UNMAP, OP_WRITE, OP_COUNT };

static bool real_op(enum op op, unsigned int f, unsigned int a, unsigned int b)
{
	struct pt_request r = { .pt_owner = d, .pg_owner = d };
	bool ok = true;

	switch (op) {
	case OP_PIN:
		ok = pt_pin(d, a, mfn_of[f]) == 0;
		break;
	case OP_UNPIN:
		ok = pt_unpin(d, mfn_of[f]) == 0;
		break;
	case OP_MAP:
		ok = frame_take(d, mfn_of[f], ROLE_DATA) == FRAME_DONE;
		break;
	case OP_UNMAP:
		frame_drop_simple(mfn_of[f], ROLE_DATA);
		break;
	case OP_WRITE:
		ok = pt_update(&r, to_maddr((mfn_of[f].n << PAGE_SHIFT) +
					    a * 8), entry_of(b)) == 0;
		break;
	case OP_COUNT:
		break;
	}
	assert_int_equal(pt_drain(d), 0);
	return ok;
}

/* True: lawful, and *w is what must be afterwards. */
static bool lawful(struct world *w, enum op op, unsigned int f, unsigned int a,
		   unsigned int b)
{
	struct world after = *w;
	struct both both = { f, a, b }, *beside = NULL;
	struct facts now;

	switch (op) {
	case OP_PIN:
		if (w->pin[f] != 0)
			return false;
		after.pin[f] = (uint8_t)a;
		break;
	case OP_UNPIN:
		if (w->pin[f] == 0)
			return false;
		after.pin[f] = 0;
		break;
	case OP_MAP:
		after.ext[f] = 1;
		break;
	case OP_UNMAP:
		after.ext[f] = 0;
		break;
	case OP_WRITE:
		now = walk(w, NULL);
		if (now.role[f] != ROLE_NONE && now.role[f] != ROLE_DATA)
			beside = &both;
		break;
	case OP_COUNT:
		break;
	}
	/* For a write: the old entry still stands while the new is taken. */
	if (walk(&after, beside).clash)
		return false;
	if (op == OP_WRITE)
		after.slot[f][a] = (uint8_t)b;
	*w = after;
	return true;
}

/* ---- the set of worlds seen ---- */

#define SET_BITS	24
static uint64_t *seen;
static struct saved *queue;
static size_t queue_len, queue_room;
static uint64_t ops_done, ops_refused;

static uint64_t code_of(const struct world *w, const unsigned int *name)
{
	uint64_t code = 1;

	for (unsigned int i = 0; i < nframes; i++) {
		unsigned int f = name[i];

		for (unsigned int s = 0; s < nslots; s++) {
			unsigned int v = w->slot[f][s], t = 0;

			if (v != 0) {
				while (name[t] != (v - 1) % nframes)
					t++;
				v = 1 + t + (v > nframes ? nframes : 0);
			}
			code = code * 9 + v;
		}
		code = code * 5 + w->pin[f];
		code = code * 2 + w->ext[f];
	}
	return code;
}

static uint64_t least_code(const struct world *w, unsigned int *name,
			   unsigned int at)
{
	uint64_t least = ~0UL;

	if (at == nframes)
		return code_of(w, name);
	for (unsigned int i = at; i < nframes; i++) {
		unsigned int t = name[at];
		uint64_t c;

		name[at] = name[i];
		name[i] = t;
		c = least_code(w, name, at + 1);
		least = c < least ? c : least;
		t = name[at];
		name[at] = name[i];
		name[i] = t;
	}
	return least;
}

static bool is_new(const struct world *w)
{
	unsigned int name[MAX_FRAMES] = { 0, 1, 2, 3 };
	uint64_t code = least_code(w, name, 0), i;

	for (i = code * 0x9e3779b97f4a7c15UL >> (64 - SET_BITS);
	     seen[i] != 0; i = (i + 1) & ((1UL << SET_BITS) - 1))
		if (seen[i] == code)
			return false;
	seen[i] = code;
	return true;
}

static void enqueue(const struct world *w)
{
	struct saved s = { .w = *w };

	if (queue_len == queue_room) {
		queue_room = queue_room ? queue_room * 2 : 1024;
		queue = realloc(queue, queue_room * sizeof(*queue));
		assert_non_null(queue);
	}
	for (unsigned int f = 0; f < nframes; f++)
		s.records[f] = *frame_record(mfn_of[f]);
	queue[queue_len++] = s;
	assert_true(queue_len < 1UL << (SET_BITS - 1));
}

static void try(const struct saved *s, enum op op, unsigned int f,
		unsigned int a, unsigned int b)
{
	struct world w = s->w;
	bool want = lawful(&w, op, f, a, b), got;

	put(s);
	got = real_op(op, f, a, b);
	ops_done++;
	ops_refused += !want;
	if (got != want)
		fail_msg("op %d on frame %u, %u %u: law says %d", op, f, a, b,
			 want);
	check(&w);
	if (want && is_new(&w))
		enqueue(&w);
}

static void try_all(const struct saved *s)
{
	for (unsigned int f = 0; f < nframes; f++) {
		for (unsigned int l = 1; l <= nlevels; l++)
			try(s, OP_PIN, f, l, 0);
		try(s, OP_UNPIN, f, 0, 0);
		try(s, s->w.ext[f] ? OP_UNMAP : OP_MAP, f, 0, 0);
		for (unsigned int i = 0; i < nslots; i++)
			for (unsigned int v = 0; v <= 2 * nframes; v++)
				try(s, OP_WRITE, f, i, v);
	}
}

static void explore(unsigned int frames, unsigned int slots,
		    unsigned int levels)
{
	struct world empty = { 0 };

	nframes = frames;
	nslots = slots;
	nlevels = levels;
	fake_machine_make(64, 1, 64);
	fake_doms_make();
	d = &fake_doms.dom[1];
	for (unsigned int f = 0; f < nframes; f++)
		assert_int_equal(dom_alloc_pages(d, 0, 0, &mfn_of[f]), 0);
	seen = calloc(1UL << SET_BITS, sizeof(*seen));
	queue_len = ops_done = ops_refused = 0;
	assert_true(is_new(&empty));
	enqueue(&empty);
	for (size_t i = 0; i < queue_len; i++) {
		struct saved s = queue[i];

		try_all(&s);
	}
	printf("%u frames, %u entries, %u levels: %zu worlds, %lu operations, "
	       "%lu refused\n", frames, slots, levels, queue_len,
	       (unsigned long)ops_done, (unsigned long)ops_refused);
	put(&queue[0]);
	for (unsigned int f = 0; f < nframes; f++)
		assert_int_equal(frame_put_back(d, mfn_of[f]), 0);
	frame_reap();
	free(seen);
	fake_doms_end();
	fake_machine_end();
}

static void two_levels(void **state)
{
	(void)state;
	explore(3, 2, 2);
	assert_true(queue_len > 1000);
}

static void four_levels(void **state)
{
	(void)state;
	explore(4, 1, 4);
	assert_true(queue_len > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_levels),
		cmocka_unit_test(four_levels),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	free(queue);
	return rc;
}
