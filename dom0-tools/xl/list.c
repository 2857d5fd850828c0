// SPDX-License-Identifier: GPL-2.0-only
/*
 * xl list, domid, domname.
 *
 * Rules: 1. header and rows are those of Xen's xl, byte for byte; 2. a row
 * has six fields whatever the domain's state; 3. long and JSON listings
 * contain what is known and leave out what is not.
 * Lock: none. Never: changes anything. Next: lifecycle.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xl/config.h"
#include "dom0-tools/xl/state.h"
#include "dom0-tools/xl/verbs.h"

struct list_options {
	bool json;
	bool verbose;
	bool longer;
	bool context;
	bool pool;
	bool nodes;
};

/* poweroff, reboot, suspend, crash, watchdog, soft reset */
static const char reason_letters[] = "-rscwS";

void list_letters(const domain_info *info, char letters[7])
{
	unsigned int reason = domain_reason(info);
	bool shut = domain_is_shut(info);

	letters[0] = info->flags & XY_DOMINF_running ? 'r' : '-';
	letters[1] = info->flags & XY_DOMINF_blocked ? 'b' : '-';
	letters[2] = info->flags & XY_DOMINF_paused ? 'p' : '-';
	letters[3] = shut ? 's' : '-';
	letters[4] = shut && reason < sizeof(reason_letters) - 1 ?
		     reason_letters[reason] : '-';
	letters[5] = info->flags & XY_DOMINF_dying ? 'd' : '-';
	letters[6] = 0;
}

int list_row(char *row, size_t bytes, const char *name,
	     const domain_info *info)
{
	char letters[7];

	list_letters(info, letters);
	return snprintf(row, bytes, "%-40s %5d %5lu %5d     %s  %8.1f",
			name ? name : "(null)", info->domain,
			(unsigned long)((info->tot_pages +
					 info->outstanding_pages) >> 8),
			info->nr_online_vcpus, letters,
			(double)info->cpu_time / 1e9);
}

static void print_row(const char *name, const domain_info *info,
		      const struct list_options *o)
{
	char row[256], uuid[CONFIG_UUID_TEXT];

	list_row(row, sizeof(row), name, info);
	fputs(row, stdout);
	if (o->verbose) {
		uuid_format(info->handle, uuid);
		printf(" %s ", uuid);
		if (domain_is_shut(info))
			printf("%8u", domain_reason(info));
		else
			printf("%8s", "-");
	}
	if (o->verbose || o->context)
		printf(" %16s", "-");
	if (o->pool)
		printf("          Pool-0");
	if (o->nodes)
		printf(" all");
	putchar('\n');
}

static void print_json(const char *name, const domain_info *info)
{
	char uuid[CONFIG_UUID_TEXT], letters[7];

	uuid_format(info->handle, uuid);
	list_letters(info, letters);
	printf("  { \"domid\": %u, \"name\": ", info->domain);
	report_json_string(stdout, name ? name : "");
	printf(", \"uuid\": \"%s\", \"memory_kib\": %llu, "
	       "\"max_memory_kib\": %llu, \"vcpus\": %u, \"state\": \"%s\", "
	       "\"cpu_time_s\": %.3f", uuid,
	       (unsigned long long)info->tot_pages * 4,
	       (unsigned long long)info->max_pages * 4,
	       info->nr_online_vcpus, letters, (double)info->cpu_time / 1e9);
	if (domain_is_shut(info))
		printf(", \"shutdown_reason\": %u", domain_reason(info));
	printf(" }");
}

/* dom0, and what other tools made: no configuration of ours tells of it. */
static void print_long_unknown(const char *name, const domain_info *info)
{
	printf("{\n    \"domid\": %u,\n    \"config\": {\n"
	       "        \"c_info\": {\n            \"type\": \"pv\"",
	       info->domain);
	if (name) {
		printf(",\n            \"name\": ");
		report_json_string(stdout, name);
	}
	printf("\n        },\n        \"b_info\": {\n"
	       "            \"max_memkb\": %llu,\n"
	       "            \"target_memkb\": %llu\n        }\n    }\n}",
	       (unsigned long long)info->tot_pages * 4,
	       (unsigned long long)info->tot_pages * 4);
}

static void print_long(const char *name, const domain_info *info)
{
	FILE *sink;
	struct domain_config c;
	struct state s;

	if (state_load(info->handle, &s)) {
		print_long_unknown(name, info);
		return;
	}
	sink = fopen("/dev/null", "we");
	report_to(sink);	/* it was warned of at creation */
	if (config_read(&c, s.name, s.config) == 0) {
		state_reuse(&s, &c);
		config_print_json(&c, info->domain);
	}
	report_to(NULL);
	if (sink)
		fclose(sink);
	config_free(&c);
	state_free(&s);
}

/* What follows the usual columns, as real xl has it, and its heading. */
static void print_header(const struct list_options *o)
{
	fputs(LIST_HEADER, stdout);
	if (o->verbose)
		fputs("   UUID                            Reason-Code"
		      "\tSecurity Label", stdout);
	else if (o->context)
		fputs("   Security Label", stdout);
	if (o->pool)
		fputs("         Cpupool", stdout);
	if (o->nodes)
		fputs(" NODE Affinity", stdout);
	putchar('\n');
}

static void print_domains(const struct listing *l,
			  const struct list_options *o)
{
	bool object = o->json || o->longer;

	if (object)
		printf("[\n");
	else
		print_header(o);
	for (uint32_t i = 0; i < l->count; i++) {
		if (object && i)
			printf(",\n");
		if (o->longer)
			print_long(l->names[i], &l->list[i]);
		else if (o->json)
			print_json(l->names[i], &l->list[i]);
		else
			print_row(l->names[i], &l->list[i], o);
	}
	if (object)
		printf("\n]\n");
}

int verb_list(struct xl *x, int argc, char **argv)
{
	static const struct option options[] = {
		{ "long", no_argument, NULL, 'l' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "json", no_argument, NULL, 'j' },
		{ "context", no_argument, NULL, 'Z' },
		{ "cpupool", no_argument, NULL, 'c' },
		{ "numa", no_argument, NULL, 'n' },
		{ 0 }
	};
	struct list_options o = { 0 };
	struct listing l;
	int c;

	while ((c = getopt_long(argc, argv, "lvZcn", options, NULL)) != -1) {
		if (c == '?')
			return verb_usage("list");
		o.longer |= c == 'l';
		o.verbose |= c == 'v';
		o.json |= c == 'j';
		o.context |= c == 'Z';
		o.pool |= c == 'c';
		o.nodes |= c == 'n';
	}
	if (!listing_open(x, argv + optind, argc - optind, &l))
		return XL_ERROR;
	if (l.count || !l.missing)
		print_domains(&l, &o);
	listing_close(&l);
	return l.missing ? XL_ERROR : XL_OK;
}

int verb_domid(struct xl *x, int argc, char **argv)
{
	uint16_t domid;

	if (argc != 2)
		return verb_usage("domid");
	if (!xl_call(x) || !xl_store(x))
		return XL_ERROR;
	if (!domain_find(x, argv[1], &domid)) {
		report_error("%s: there is no domain of that name", argv[1]);
		return XL_ERROR;
	}
	printf("%u\n", domid);
	return XL_OK;
}

int verb_domname(struct xl *x, int argc, char **argv)
{
	domain_info info;
	unsigned long n;
	char *end, *name;

	if (argc != 2)
		return verb_usage("domname");
	n = strtoul(argv[1], &end, 10);
	if (!*argv[1] || *end) {
		report_error("%s: a domain's number is wanted", argv[1]);
		return XL_ERROR;
	}
	if (!xl_call(x) || !xl_store(x))
		return XL_ERROR;
	name = n < XY_DOMID_FIRST_RESERVED &&
	       domain_get(x, (uint16_t)n, &info) ?
	       domain_name(x, (uint16_t)n) : NULL;
	if (!name) {
		report_error("%s: there is no domain of that number", argv[1]);
		return XL_ERROR;
	}
	puts(name);
	free(name);
	return XL_OK;
}
