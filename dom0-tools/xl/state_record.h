/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text of a domain's file in /run/xen/domain: state.c's own.
 */
#ifndef DOM0_TOOLS_XL_STATE_RECORD_H
#define DOM0_TOOLS_XL_STATE_RECORD_H

#include <stdio.h>

#include "dom0-tools/xl/state.h"

#define RECORD_PHASE_BYTES 9

/* The file's first RECORD_PHASE_BYTES. */
const char *record_phase(enum state_phase phase);
void record_write(FILE *f, const struct domain_config *c,
		  enum state_phase phase);
/* As it is in s, but with another name, in its configuration too. */
void record_write_renamed(FILE *f, const struct state *s, const char *name);
/*
 * Takes s->text apart, which the rest of s then points to. False: it is no
 * record; state_free() frees what there is.
 */
bool record_parse(struct state *s);

#endif
