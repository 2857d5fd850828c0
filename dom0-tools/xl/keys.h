/* SPDX-License-Identifier: GPL-2.0-only */
/* The names an xl.cfg may use, and guesses at what a wrong one meant. */
#ifndef DOM0_TOOLS_XL_KEYS_H
#define DOM0_TOOLS_XL_KEYS_H

enum key_kind {
	KEY_UNKNOWN,
	KEY_USED,	/* means something here */
	KEY_ACCEPTED,	/* without effect for PV guests, and harmless */
	KEY_MISSING,	/* would mean something; Xylem cannot do it yet */
};

enum key_kind key_kind(const char *name);
/* The known name nearest to an unknown one, or NULL if none is near. */
const char *key_suggestion(const char *name);
/* The same among any list that ends with NULL. */
const char *nearest_name(const char *name, const char *const *names);

#endif
