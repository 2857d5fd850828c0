// SPDX-License-Identifier: GPL-2.0-only
/*
 * xl: the command of a Xylem host.
 *
 * Rules: 1. output that programs read keeps the format of Xen's xl to the
 * byte; what is ours is behind flags; 2. Ctrl-C sets a flag, and what is
 * under way undoes itself; 3. exit statuses: report.h.
 * Lock: none, one thread. Never: needs anything but the store and privcmd.
 * Next: verbs.c.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "dom0-tools/xl/verbs.h"

/* Written by the handler, hence at file scope. */
static struct xl xl;

static void on_signal(int number)
{
	(void)number;
	xl.stop = 1;
}

static void catch_signals(void)
{
	/* Without SA_RESTART: waits end, and their callers look at the flag. */
	struct sigaction a = { .sa_handler = on_signal };

	sigaction(SIGINT, &a, NULL);
	sigaction(SIGTERM, &a, NULL);
	sigaction(SIGHUP, &a, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Options before the verb: those of real xl, most without meaning here. */
static int skip_options(int argc, char **argv)
{
	int i = 1;

	while (i < argc && argv[i][0] == '-' && argv[i][1]) {
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			break;
		if (strspn(argv[i] + 1, "vftTN") != strlen(argv[i] + 1)) {
			report_error("unknown option %s", argv[i]);
			return -1;
		}
		i++;
	}
	return i;
}

int main(int argc, char **argv)
{
	int at = skip_options(argc, argv);
	const struct verb *v;
	const char *near;
	int status;

	if (at < 0 || at >= argc) {
		verb_help(&xl, 1, argv);
		return XL_ERROR;
	}
	if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0)
		return verb_help(&xl, 1, argv);
	v = verb_find(argv[at]);
	if (!v) {
		if (verb_unsupported(argv[at]) != XL_OK)
			return XL_ERROR;
		near = verb_suggestion(argv[at]);
		report_error("%s: unknown command", argv[at]);
		if (near)
			report_hint("did you mean 'xl %s'? xl help lists all",
				    near);
		return XL_ERROR;
	}
	catch_signals();
	status = v->run(&xl, argc - at, argv + at);
	xl_close(&xl);
	return fflush(stdout) ? XL_ERROR : status;
}
