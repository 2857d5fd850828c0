// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the small languages of an xl.cfg share: complaints, and strings that
 * are set more than once.
 *
 * Rule: a complaint is one line and valid until the next one.
 * Lock: the message buffer belongs to the one thread. Never: prints.
 * Next: diskspec.c, vifspec.c, cpuidspec.c.
 */
#include "dom0-tools/xl/spec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last complaint; single-threaded. */
static char complaint[200];

int spec_wrong(const char **why, const char *what, const char *word)
{
	snprintf(complaint, sizeof(complaint), what, word);
	*why = complaint;
	return -EINVAL;
}

int spec_set(char **field, const char *value)
{
	char *copy = strdup(value);

	if (!copy)
		return -ENOMEM;
	free(*field);
	*field = copy;
	return 0;
}
