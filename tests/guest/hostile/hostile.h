/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the files of the hostile micro-guest.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "guest.h"

extern uint64_t lasts_ns;	/* of one way to be hostile */
void start_round(void);
bool round_goes_on(void);

/* storms.c */
void events(void);
void timers(void);
void polls(void);
void grants(void);
void multicalls(void);
void user_storm(void);

#endif
