/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Node names.
 *
 * Rules:
 * 1. A canonical path starts with '/', does not end with one (the root
 *    apart), has no empty part and at most 3072 bytes.
 * 2. Letters, digits, '-', '/', '_' and '@' and nothing else. So a path never
 *    needs quoting in a log or a shell, and has no "..".
 * 3. A path without a leading '/' is relative to the writer's home and at
 *    most 2048 bytes; "@..." is neither and is refused here.
 *
 * No state, no lock. Next on the tour: node.c, the tree.
 */
#include "dom0-tools/xenstored/path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool lawful(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("-/_@", c));
}

static bool canonical(const char *p, size_t len)
{
	size_t i;

	if (len == 0 || len > PATH_ABS_MAX || p[0] != '/')
		return false;
	if (len > 1 && p[len - 1] == '/')
		return false;
	for (i = 0; i < len; i++) {
		if (!lawful(p[i]))
			return false;
		if (p[i] == '/' && i > 0 && p[i - 1] == '/')
			return false;
	}
	return true;
}

size_t path_home(uint16_t domid, char out[PATH_ROOM])
{
	return (size_t)snprintf(out, PATH_ROOM, "/local/domain/%u/",
				(unsigned int)domid);
}

int path_canon(uint16_t domid, const char *in, char out[PATH_ROOM],
	       bool *relative)
{
	size_t len = strlen(in), base = 0;

	if (in[0] == '@')
		return -EINVAL;
	if (in[0] != '/') {
		if (len > PATH_REL_MAX)
			return -EINVAL;
		base = path_home(domid, out);
	}
	if (len + base > PATH_ABS_MAX)
		return -EINVAL;
	memcpy(out + base, in, len + 1);
	if (relative)
		*relative = base != 0;
	return canonical(out, len + base) ? 0 : -EINVAL;
}

bool path_special(const char *name)
{
	static const char *const names[] = { "@introduceDomain",
					     "@releaseDomain" };
	size_t i, n;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		n = strlen(names[i]);
		if (strncmp(name, names[i], n))
			continue;
		if (name[n] == '\0')
			return true;
		if (name[n] == '/' && name[n + 1] && strlen(name) < n + 7 &&
		    strspn(name + n + 1, "0123456789") == strlen(name + n + 1))
			return true;
	}
	return false;
}

const char *path_part(const char **cursor, size_t *len)
{
	const char *p = *cursor;

	while (*p == '/')
		p++;
	*len = strcspn(p, "/");
	*cursor = p + *len;
	return *len ? p : NULL;
}
