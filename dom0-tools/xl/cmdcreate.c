// SPDX-License-Identifier: GPL-2.0-only
/*
 * xl create.
 *
 * Rules: 1. trailing arguments are further configuration lines, the last
 * one wins; 2. the console is joined before the domain runs, so that no line
 * of it is lost; 3. when we return 0 without -p the domain is running and
 * the supervisor looks after it.
 * Lock: none. Never: leaves a domain behind after an error.
 * Next: create.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dom0-tools/xl/create.h"
#include "dom0-tools/xl/verbs.h"

#define LOCK_SECONDS 120

struct choices {
	bool console;
	bool paused;
	bool dry;
	bool quiet;
	bool json;
	unsigned int lock_seconds;
	const char *file;
};

static int start(struct xl *x, uint16_t domid, const char *name,
		 const struct choices *o)
{
	int tty = -1, err = 0;

	if (o->console) {
		tty = console_open(x, domid);
		if (tty < 0) {
			domain_destroy(x, domid);
			return XL_ERROR;
		}
	}
	if (!o->paused)
		err = domain_unpause(x, domid);
	if (err) {
		report_error("cannot start '%s': the hypervisor does not run "
			     "it: %s", name, strerror(-err));
		domain_destroy(x, domid);
		if (tty >= 0)
			close(tty);
		return XL_ERROR;
	}
	if (o->json)
		printf("{ \"domid\": %u }\n", domid);
	fflush(stdout);
	supervisor_ensure();
	return tty < 0 ? XL_OK : console_join(tty);
}

static int create(struct xl *x, const char *source, const char *text,
		  const struct choices *o)
{
	const struct create_options options = {
		.phase = STATE_CREATING,
		.lock_seconds = o->lock_seconds,
		.exits_soon = !o->console,
	};
	struct domain_config c;
	uint16_t domid;
	int status = XL_ERROR;

	if (!o->quiet && !o->json) {
		fprintf(stderr, "Parsing config from %s\n", source);
	}
	if (config_read(&c, source, text) == 0) {
		if (o->dry) {
			config_print_json(&c, -1);
			putchar('\n');
			status = XL_OK;
		} else {
			status = domain_create(x, &c, &options, &domid);
			if (status == XL_OK)
				status = start(x, domid, c.name, o);
		}
	}
	config_free(&c);
	return status;
}

static bool parse(int argc, char **argv, struct choices *o)
{
	static const struct option options[] = {
		{ "dry-run", no_argument, NULL, 'n' },
		{ "dryrun", no_argument, NULL, 'n' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "json", no_argument, NULL, 'j' },
		{ "wait", optional_argument, NULL, 'w' },
		{ "defconfig", required_argument, NULL, 'f' },
		{ 0 }
	};
	int c;

	/* -e and -F speak of a per-domain process; -V and -A of VNC. */
	while ((c = getopt_long(argc, argv, "cpnqeFVAf:", options, NULL)) !=
	       -1) {
		if (c == '?')
			return false;
		o->console |= c == 'c';
		o->paused |= c == 'p';
		o->dry |= c == 'n';
		o->quiet |= c == 'q';
		o->json |= c == 'j';
		if (c == 'w' && optarg &&
		    !option_seconds(optarg, &o->lock_seconds))
			return false;
		if (c == 'f')
			o->file = optarg;
	}
	return true;
}

int verb_create(struct xl *x, int argc, char **argv)
{
	struct choices o = { .lock_seconds = LOCK_SECONDS };
	int status;
	char *text;

	/* getopt has moved the words that are no options to the end. */
	if (!parse(argc, argv, &o))
		return verb_usage("create");
	if (!o.file && optind < argc && !strchr(argv[optind], '='))
		o.file = argv[optind++];
	if (!o.file) {
		report_error("create: no configuration file is named");
		return verb_usage("create");
	}
	text = config_load(o.file, argv + optind, (size_t)(argc - optind));
	if (!text)
		return XL_ERROR;
	status = create(x, o.file, text, &o);
	free(text);
	return status;
}
