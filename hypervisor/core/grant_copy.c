/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Grants without a mapping: one frame of a copy, held for as long as it lasts.
 *
 * A side costs one pin and one frame user and touches no page table and no
 * TLB; the bytes move through the direct map.  Network traffic lives on this.
 *
 * Lock: the granter's grant lock, inside grant_pin() and grant_unpin() only.
 *
 * Next station of the tour: call/grant_table_op.c.
 */
#include "core/grant_table.h"

int16_t grant_side_begin(struct grant_side *s, struct domain *by)
{
	int16_t status;

	if (s->by_frame) {
		s->mfn = to_mfn(s->id);
		s->open = grant_frame_take(by, s->mfn, s->write);
		return s->open ? XY_GNTST_okay : XY_GNTST_bad_page;
	}
	status = grant_pin(s->peer, (uint32_t)s->id, by->id, s->write, 1,
			   &s->mfn);
	if (status != XY_GNTST_okay)
		return status;
	s->open = grant_frame_take(s->peer, s->mfn, s->write);
	if (!s->open) {
		grant_unpin(s->peer, (uint32_t)s->id, s->write, 1);
		return XY_GNTST_general_error;
	}
	return XY_GNTST_okay;
}

void grant_side_end(struct grant_side *s)
{
	if (!s->open)
		return;
	s->open = false;
	grant_frame_drop(s->mfn, s->write);
	if (!s->by_frame)
		grant_unpin(s->peer, (uint32_t)s->id, s->write, 1);
}
