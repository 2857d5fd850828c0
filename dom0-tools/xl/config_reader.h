/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How config.c and config_devices.c read an xl.cfg.
 */
#ifndef DOM0_TOOLS_XL_CONFIG_READER_H
#define DOM0_TOOLS_XL_CONFIG_READER_H

#include <stddef.h>

#include "dom0-tools/xl/cfg.h"
#include "dom0-tools/xl/config.h"

struct reader {
	const struct cfg *cfg;
	const char *source;
	bool failed;
};

/* The setting is wrong: what says why. */
void reader_bad(struct reader *r, const char *key, const char *what);
/* One of its items is; what: its kind. */
void reader_bad_item(struct reader *r, const char *what,
		     const struct cfg_value *item, const char *why);

/* The string, or NULL when it is not set. Numbers are strings too. */
const char *reader_text(struct reader *r, const char *key);
/* A copy of it; an empty one is as good as none. */
char *reader_copy(struct reader *r, const char *key);
unsigned long reader_number(struct reader *r, const char *key,
			    unsigned long otherwise, unsigned long most);
/* Strings in a list; 0 if it is not set, or none. */
size_t reader_list(struct reader *r, const char *key);
/* A setting that is a string, or a list of them: its i-th, or NULL. */
const struct cfg_value *reader_one_of(struct reader *r, const char *key,
				      size_t i);

/* config_devices.c */
void config_read_disks(struct reader *r, struct domain_config *c);
void config_read_vifs(struct reader *r, struct domain_config *c);

#endif
