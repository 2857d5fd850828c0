// SPDX-License-Identifier: GPL-2.0-only
/*
 * xl info and xl dmesg.
 *
 * Rules: 1. keys and their column are those of Xen's xl, since scripts grep
 * for them; 2. a question the hypervisor does not answer leaves its line out
 * or empty, it is no error.
 * Lock: none. Never: changes anything, but for dmesg -c. Next: console.c.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "abi/control.h"
#include "abi/version.h"
#include "dom0-tools/xl/verbs.h"

#define DMESG_BYTES (16u << 10)
#define BUILD_ID_BYTES 64

/* Where a line goes: text, or a member of a JSON object. */
struct sheet {
	bool json;
	bool begun;
	bool nodes;		/* -n: CPUs and nodes too */
	const char *only;	/* the value of this key, and nothing else */
};

static void line(struct sheet *s, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void line(struct sheet *s, const char *key, const char *format, ...)
{
	char value[1200];
	va_list ap;

	va_start(ap, format);
	vsnprintf(value, sizeof(value), format, ap);
	va_end(ap);
	if (s->only) {
		if (strcmp(s->only, key) == 0)
			printf("%s\n", value);
		return;
	}
	if (!s->json) {
		printf("%-23s: %s\n", key, value);
		return;
	}
	printf("%s\n  \"%s\": ", s->begun ? "," : "{", key);
	report_json_string(stdout, value);
	s->begun = true;
}

static void print_host(struct sheet *s)
{
	struct utsname u;

	if (uname(&u))
		return;
	line(s, "host", "%s", u.nodename);
	line(s, "release", "%s", u.release);
	line(s, "version", "%s", u.version);
	line(s, "machine", "%s", u.machine);
}

static void virt_caps(uint32_t caps, char text[128])
{
	static const struct {
		uint32_t bit;
		const char *word;
	} words[] = {
		{ XY_SYSCTL_PHYSCAP_pv, "pv" },
		{ XY_SYSCTL_PHYSCAP_hvm, "hvm" },
		{ XY_SYSCTL_PHYSCAP_directio, "directio" },
		{ XY_SYSCTL_PHYSCAP_hap, "hap" },
		{ XY_SYSCTL_PHYSCAP_shadow, "shadow" },
		{ XY_SYSCTL_PHYSCAP_gnttab_v1, "gnttab-v1" },
		{ XY_SYSCTL_PHYSCAP_gnttab_v2, "gnttab-v2" },
	};
	char *p = text;

	*p = 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (caps & words[i].bit)
			p += sprintf(p, "%s%s", p > text ? " " : "",
				     words[i].word);
}

static bool print_machine(struct xl *x, struct sheet *s)
{
	struct xy_sysctl op = { .cmd = XY_SYSCTL_physinfo };
	struct xy_sysctl_physinfo *p = &op.u.physinfo;
	const uint32_t *h = p->hw_cap;
	char caps[128];
	int err = call_sysctl(&x->call, &op);

	if (err) {
		report_error("cannot describe the machine: %s",
			     strerror(-err));
		return false;
	}
	virt_caps(p->capabilities, caps);
	line(s, "nr_cpus", "%u", p->nr_cpus);
	line(s, "max_cpu_id", "%u", p->max_cpu_id);
	line(s, "nr_nodes", "%u", p->nr_nodes);
	line(s, "cores_per_socket", "%u", p->cores_per_socket);
	line(s, "threads_per_core", "%u", p->threads_per_core);
	line(s, "cpu_mhz", "%u.%03u", p->cpu_khz / 1000, p->cpu_khz % 1000);
	line(s, "hw_caps", "%08x:%08x:%08x:%08x:%08x:%08x:%08x:%08x", h[0],
	     h[1], h[2], h[3], h[4], h[5], h[6], h[7]);
	line(s, "virt_caps", "%s", caps);
	line(s, "total_memory", "%llu",
	     (unsigned long long)p->total_pages / 256);
	line(s, "free_memory", "%llu",
	     (unsigned long long)(p->free_pages - p->outstanding_pages) / 256);
	line(s, "sharing_freed_memory", "0");
	line(s, "sharing_used_memory", "0");
	line(s, "outstanding_claims", "%llu",
	     (unsigned long long)p->outstanding_pages / 256);
	line(s, "free_cpus", "0");
	return true;
}

/* The machine is one node: call/sysctl_machine.c. */
static void print_nodes(struct xl *x)
{
	struct xy_sysctl op = { .cmd = XY_SYSCTL_physinfo };
	const struct xy_sysctl_physinfo *p = &op.u.physinfo;

	if (call_sysctl(&x->call, &op))
		return;
	printf("cpu_topology           :\ncpu:    core    socket     node\n");
	for (uint32_t i = 0; i <= p->max_cpu_id; i++)
		printf("%3u:    %4u     %4u     %4u\n", i, i, 0, 0);
	printf("numa_info              :\n"
	       "node:    memsize    memfree    distances\n"
	       "%4d:    %6llu     %6llu      %u\n", 0,
	       (unsigned long long)p->total_pages / 256,
	       (unsigned long long)p->free_pages / 256, 10);
}

const char *scheduler_name(struct xl *x)
{
	static const char *const names[] = {
		[XY_SCHEDULER_CREDIT] = "credit",
		[XY_SCHEDULER_CREDIT2] = "credit2",
		[XY_SCHEDULER_RTDS] = "rtds",
		[XY_SCHEDULER_NULL] = "null",
	};
	struct xy_sysctl op = { .cmd = XY_SYSCTL_sched_id };
	uint32_t id;

	if (call_sysctl(&x->call, &op))
		return "unknown";
	id = op.u.sched_id.sched_id;
	return id < sizeof(names) / sizeof(names[0]) && names[id] ?
	       names[id] : "unknown";
}

/* A string the hypervisor fills in. */
static const char *version_text(struct xl *x, unsigned int cmd, char *buf,
				size_t bytes)
{
	memset(buf, 0, bytes);
	if (call_xen_version(&x->call, cmd, buf, bytes - 1, NULL))
		*buf = 0;
	return buf;
}

static const char *build_id(struct xl *x, char text[2 * BUILD_ID_BYTES + 1])
{
	struct {
		struct xy_build_id head;
		uint8_t bytes[BUILD_ID_BYTES];
	} id = { .head.len = BUILD_ID_BYTES };
	int64_t n = 0;

	text[0] = 0;
	if (call_xen_version(&x->call, XY_VER_build_id, &id, sizeof(id), &n))
		return text;
	for (int64_t i = 0; i < n && i < BUILD_ID_BYTES; i++)
		sprintf(text + 2 * i, "%02x", id.bytes[i]);
	return text;
}

static void print_xen(struct xl *x, struct sheet *s)
{
	char text[1025];
	struct xy_platform_parameters p = { 0 };
	struct xy_compile_info info;
	char build[2 * BUILD_ID_BYTES + 1];
	int64_t version = 0, page = 4096;

	call_xen_version(&x->call, XY_VER_version, NULL, 0, &version);
	call_xen_version(&x->call, XY_VER_pagesize, NULL, 0, &page);
	line(s, "xen_major", "%d", (int)(version >> 16));
	line(s, "xen_minor", "%d", (int)(version & 0xffff));
	version_text(x, XY_VER_extraversion, text, XY_EXTRAVERSION_LEN + 1);
	line(s, "xen_extra", "%s", text);
	line(s, "xen_version", "%d.%d%s", (int)(version >> 16),
	     (int)(version & 0xffff), text);
	line(s, "xen_caps", "%s", version_text(x, XY_VER_capabilities, text,
					       XY_CAPABILITIES_INFO_LEN + 1));
	line(s, "xen_scheduler", "%s", scheduler_name(x));
	line(s, "xen_pagesize", "%d", (int)page);
	call_xen_version(&x->call, XY_VER_platform_parameters, &p, sizeof(p),
			 NULL);
	line(s, "platform_params", "virt_start=0x%llx",
	     (unsigned long long)p.virt_start);
	line(s, "xen_changeset", "%s", version_text(x, XY_VER_changeset, text,
						    XY_CHANGESET_INFO_LEN + 1));
	line(s, "xen_commandline", "%s",
	     version_text(x, XY_VER_commandline, text,
			  XY_COMMANDLINE_LEN + 1));
	memset(&info, 0, sizeof(info));
	call_xen_version(&x->call, XY_VER_compile_info, &info, sizeof(info),
			 NULL);
	line(s, "cc_compiler", "%.64s", info.compiler);
	line(s, "cc_compile_by", "%.16s", info.compile_by);
	line(s, "cc_compile_domain", "%.32s", info.compile_domain);
	line(s, "cc_compile_date", "%.32s", info.compile_date);
	line(s, "build_id", "%s", build_id(x, build));
	line(s, "xend_config_format", "4");
}

int verb_info(struct xl *x, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "numa", no_argument, NULL, 'n' },
		{ 0 }
	};
	struct sheet s = { 0 };
	int c;

	while ((c = getopt_long(argc, argv, "n", options, NULL)) != -1) {
		if (c == '?')
			return verb_usage("info");
		s.json |= c == 'j';
		s.nodes |= c == 'n';
	}
	if (optind < argc - 1)
		return verb_usage("info");
	s.only = argv[optind];
	if (!xl_call(x))
		return XL_ERROR;
	print_host(&s);
	if (!print_machine(x, &s))
		return XL_ERROR;
	if (s.nodes && !s.only && !s.json)
		print_nodes(x);
	print_xen(x, &s);
	if (s.json && !s.only)
		printf("\n}\n");
	return XL_OK;
}

int verb_dmesg(struct xl *x, int argc, char **argv)
{
	struct xy_sysctl op = { .cmd = XY_SYSCTL_readconsole };
	struct xy_sysctl_readconsole *r = &op.u.readconsole;
	bool clear = argc == 2 && (strcmp(argv[1], "-c") == 0 ||
				   strcmp(argv[1], "--clear") == 0);
	char *text;

	if (argc > 1 && !clear)
		return verb_usage("dmesg");
	if (!xl_call(x))
		return XL_ERROR;
	text = call_scratch(&x->call, DMESG_BYTES);
	r->buffer = (uintptr_t)text;
	do {
		int err;

		r->clear = clear;
		r->incremental = 1;
		r->count = DMESG_BYTES;
		err = text ? call_sysctl(&x->call, &op) : -ENOMEM;
		if (err) {
			report_error("cannot read the log: %s", strerror(-err));
			return XL_ERROR;
		}
		fwrite(text, 1, r->count, stdout);
	} while (r->count == DMESG_BYTES);
	return XL_OK;
}
