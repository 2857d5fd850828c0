/* SPDX-License-Identifier: MIT */
/*
 * Figures: a row for each thing that was measured, printed as it comes, and all
 * rows once more as JSON in one line at the end.
 */
#ifndef GUEST_REPORT_H
#define GUEST_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#define REPORT_ROWS	16

struct report_row {
	const char *name;	/* one word, for JSON */
	const char *what;	/* for people */
	uint64_t ops, bytes, errors;
	uint64_t ns;		/* that passed */
	uint64_t run_ns;	/* of them this vCPU ran, hypervisor included */
};

/* Takes the time: fill name and what, then begin; ops and so on, then end. */
void report_begin(struct report_row *r);
void report_end(struct report_row *r);
/* {"program":"...","rows":[...]} on a line of its own, behind "JSON ". */
void report_json(const char *program);
/* The nanoseconds that this vCPU has run. */
uint64_t run_ns(void);

#endif
