// SPDX-License-Identifier: GPL-2.0-only
/*
 * xenstore-{read,write,rm,list,ls}: a look into xenstore for scripts.
 *
 *   xenstore-read PATH...            one value a line
 *   xenstore-write PATH VALUE...
 *   xenstore-rm PATH
 *   xenstore-list PATH               names of the children
 *   xenstore-ls [PATH]               the tree beneath, one full path a line
 *
 * One program under five names, or `xs read ...`. Exit status 1 when a path
 * is missing. Where Debian's tools indent, ls here prints full paths: a line
 * is a node, which is what the tests count and compare.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/lib/store.h"

static int fail(const char *path)
{
	fprintf(stderr, "xenstore: %s: %s\n", path, strerror(errno));
	return 1;
}

static int do_read(struct xs_handle *h, char **arg)
{
	for (; *arg; arg++) {
		char *value = xs_read(h, XBT_NULL, *arg, NULL);

		if (!value)
			return fail(*arg);
		puts(value);
		free(value);
	}
	return 0;
}

static int do_write(struct xs_handle *h, char **arg)
{
	for (; arg[0] && arg[1]; arg += 2)
		if (!xs_write(h, XBT_NULL, arg[0], arg[1],
			      (unsigned int)strlen(arg[1])))
			return fail(arg[0]);
	return 0;
}

static int do_rm(struct xs_handle *h, char **arg)
{
	for (; *arg; arg++)
		if (!xs_rm(h, XBT_NULL, *arg))
			return fail(*arg);
	return 0;
}

static int do_list(struct xs_handle *h, char **arg)
{
	unsigned int n, i;
	char **names;

	for (; *arg; arg++) {
		names = xs_directory(h, XBT_NULL, *arg, &n);
		if (!names)
			return fail(*arg);
		for (i = 0; i < n; i++)
			puts(names[i]);
		free(names);
	}
	return 0;
}

/* Depth is bounded by the length of a path, 3072 bytes. */
static void print_tree(struct xs_handle *h, const char *path)
{
	unsigned int n = 0, i;
	char **names = xs_directory(h, XBT_NULL, path, &n);

	for (i = 0; names && i < n; i++) {
		char *child, *value;

		if (asprintf(&child, "%s/%s", path[1] ? path : "",
			     names[i]) < 0)
			break;
		value = xs_read(h, XBT_NULL, child, NULL);
		printf("%s = \"%s\"\n", child, value ? value : "");
		free(value);
		print_tree(h, child);
		free(child);
	}
	free(names);
}

static int do_ls(struct xs_handle *h, char **arg)
{
	print_tree(h, *arg ? *arg : "/");
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct xs_handle *h, char **arg);
} verbs[] = {
	{ "read", do_read }, { "write", do_write }, { "rm", do_rm },
	{ "list", do_list }, { "ls", do_ls },
};

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	struct xs_handle *h;
	size_t i;
	int rc;

	name = name ? name + 1 : argv[0];
	argv++;
	if (!strncmp(name, "xenstore-", 9))
		name += 9;
	else if (argc > 1)
		name = *argv++;
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(name, verbs[i].name))
			break;
	if (i == sizeof(verbs) / sizeof(verbs[0])) {
		fprintf(stderr, "usage: xenstore-read|write|rm|list|ls ...\n");
		return 2;
	}
	h = xs_open(0);
	if (!h)
		return fail("cannot reach xenstored");
	rc = verbs[i].run(h, argv);
	xs_close(h);
	return rc;
}
