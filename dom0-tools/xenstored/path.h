/* SPDX-License-Identifier: GPL-2.0-only */
/* Node names: which are lawful, and what a relative one stands for. */
#ifndef XENSTORED_PATH_H
#define XENSTORED_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATH_ABS_MAX 3072 /* bytes without the NUL; the public limits */
#define PATH_REL_MAX 2048
/* Room for any canonical path and its NUL. */
#define PATH_ROOM (PATH_ABS_MAX + 1)

/* "/local/domain/N/" and how long it is; the base of N's relative paths. */
size_t path_home(uint16_t domid, char out[PATH_ROOM]);

/*
 * Makes the absolute form of what domain domid wrote. *relative, if wanted,
 * says whether it was short for something beneath the domain's home.
 * -EINVAL: bad characters, too long, empty parts, or an '@' name.
 */
int path_canon(uint16_t domid, const char *in, char out[PATH_ROOM],
	       bool *relative);

/*
 * The '@' names that can be watched. Returns whether name is one of them:
 * @introduceDomain, @releaseDomain, or one with "/DOMID" behind it.
 */
bool path_special(const char *name);

/* The next part of an absolute path: its start, *len its length; NULL: end. */
const char *path_part(const char **cursor, size_t *len);

#endif
