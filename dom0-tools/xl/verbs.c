// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of verbs: every one that xl of Xen 4.17 has.
 *
 * Rules: 1. a verb of real xl is never unknown: without a function here it
 * answers "not supported by Xylem yet" and 1; 2. usage errors are 2.
 * Lock: none. Never: does the work itself. Next: list.c, lifecycle.c.
 */
#include "dom0-tools/xl/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xl/keys.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct verb verbs[] = {
	{ "create", verb_create,
	  "[-c] [-p] [-n] [-q] [--wait[=S]] FILE [LINE...]",
	  "make a domain from a configuration file and start it" },
	{ "list", verb_list, "[-l] [-v] [-Z] [-c] [-n] [--json] [DOMAIN...]",
	  "show the domains" },
	{ "console", verb_console, "DOMAIN",
	  "join a domain's console; Ctrl-] leaves it" },
	{ "shutdown", verb_shutdown, "[-w] [-a] [--wait[=S]] [DOMAIN...]",
	  "ask domains to power off" },
	{ "reboot", verb_reboot, "[-w] [-a] [--wait[=S]] [DOMAIN...]",
	  "ask domains to start again" },
	{ "destroy", verb_destroy, "DOMAIN",
	  "end a domain at once" },
	{ "pause", verb_pause, "DOMAIN", "stop a domain's vCPUs" },
	{ "unpause", verb_unpause, "DOMAIN", "let them run again" },
	{ "info", verb_info, "[-n] [--json] [KEY]", "describe the machine" },
	{ "dmesg", verb_dmesg, "[-c]", "show the hypervisor's log" },
	{ "domid", verb_domid, "NAME", "the number of a domain" },
	{ "domname", verb_domname, "NUMBER", "the name of a domain" },
	{ "vcpu-list", verb_vcpu_list, "[DOMAIN...]",
	  "show the vCPUs, where they run and may run" },
	{ "vcpu-pin", verb_vcpu_pin, "DOMAIN VCPU|all HARD|- [SOFT|-]",
	  "bind vCPUs to CPUs" },
	{ "vcpu-set", verb_vcpu_set, "DOMAIN NUMBER",
	  "ask a domain to use that many vCPUs" },
	{ "mem-set", verb_mem_set, "DOMAIN MEMORY",
	  "ask a domain to make do with that much memory" },
	{ "mem-max", verb_mem_max, "DOMAIN MEMORY",
	  "bound the memory of a domain" },
	{ "sched-credit2", verb_sched_credit2, "[-d DOMAIN [-w WEIGHT]] [-s]",
	  "show or set scheduling weights" },
	{ "rename", verb_rename, "DOMAIN NAME", "give a domain another name" },
	{ "sysrq", verb_sysrq, "DOMAIN LETTER",
	  "press a SysRq key of a domain" },
	{ "trigger", verb_trigger, "DOMAIN nmi [VCPU]",
	  "send a vCPU an NMI" },
	{ "debug-keys", verb_debug_keys, "KEYS",
	  "press debug keys of the hypervisor" },
	{ "vm-list", verb_vm_list, "", "show the domains' UUIDs" },
	{ "uptime", verb_uptime, "[-s] [DOMAIN...]",
	  "show how long domains have been up" },
	{ "block-list", verb_block_list, "DOMAIN...",
	  "show the disks of domains" },
	{ "network-list", verb_network_list, "DOMAIN...",
	  "show the NICs of domains" },
	{ "block-attach", verb_block_attach, "DOMAIN DISK-SPEC...",
	  "give a running domain a disk" },
	{ "block-detach", verb_block_detach, "DOMAIN VDEV [--force]",
	  "take it away again" },
	{ "network-attach", verb_network_attach, "DOMAIN [VIF-SPEC...]",
	  "give a running domain a NIC" },
	{ "network-detach", verb_network_detach, "DOMAIN DEVID|MAC [--force]",
	  "take it away again" },
	{ "top", verb_top, "[-b] [-d SECONDS] [-i TIMES]",
	  "show who uses the machine; Ctrl-C ends it" },
	{ "claims", verb_claims, "", "show memory set aside for domains" },
	{ "cpupool-list", verb_cpupool_list, "[-c] [Pool-0]",
	  "show the one pool of CPUs" },
	{ "help", verb_help, "[VERB]", "this text" },
};

static const char *const later[] = {
	"config-update", "pci-attach", "pci-detach", "pci-list",
	"pci-assignable-add", "pci-assignable-remove", "pci-assignable-list",
	"vncviewer", "save", "migrate", "restore", "migrate-receive",
	"dump-core", "cd-insert", "cd-eject", "button-press", "sharing",
	"sched-credit", "sched-rtds", "set-parameters", "channel-list",
	"vtpm-attach", "vtpm-list", "vtpm-detach", "vkb-attach", "vkb-list",
	"vkb-detach", "vdispl-attach", "vdispl-list", "vdispl-detach",
	"vsnd-attach", "vsnd-list", "vsnd-detach", "cpupool-create",
	"cpupool-destroy", "cpupool-rename", "cpupool-cpu-add",
	"cpupool-cpu-remove", "cpupool-migrate", "cpupool-numa-split",
	"getenforce", "setenforce", "loadpolicy", "remus", "devd", "psr-hwinfo",
	"psr-cmt-attach", "psr-cmt-detach", "psr-cmt-show", "psr-cat-set",
	"psr-cat-show", "psr-mba-set", "psr-mba-show", "usbctrl-attach",
	"usbctrl-detach", "usbdev-attach", "usbdev-detach", "usb-list",
	"qemu-monitor-command", NULL
};

/* "help" is no verb of the 92, but a word xl knows. */
_Static_assert(COUNT(verbs) - 1 + COUNT(later) - 1 == 92, "verbs of xl 4.17");

const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

int verb_unsupported(const char *name)
{
	for (size_t i = 0; later[i]; i++)
		if (strcmp(later[i], name) == 0) {
			report_error("%s: not supported by Xylem yet", name);
			return XL_ERROR;
		}
	return XL_OK;
}

const char *verb_suggestion(const char *name)
{
	const char *names[COUNT(verbs) + 1];
	const char *near;

	for (size_t i = 0; i < COUNT(verbs); i++)
		names[i] = verbs[i].name;
	names[COUNT(verbs)] = NULL;
	near = nearest_name(name, names);
	return near ? near : nearest_name(name, later);
}

int verb_usage(const char *name)
{
	const struct verb *v = verb_find(name);

	fprintf(stderr, "Usage: xl %s %s\n", v->name, v->usage);
	return XL_USAGE;
}

bool option_seconds(const char *text, unsigned int *seconds)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*seconds = (unsigned int)n;
	return *text >= '0' && *text <= '9' && !*end && n <= 1000000;
}

int verb_help(struct xl *x, int argc, char **argv)
{
	const struct verb *v = argc > 1 ? verb_find(argv[1]) : NULL;

	(void)x;
	if (v) {
		printf("Usage: xl %s %s\n\n%s.\n", v->name, v->usage,
		       v->summary);
		return XL_OK;
	}
	if (argc > 1) {
		if (verb_unsupported(argv[1]) == XL_OK)
			report_error("%s: unknown command", argv[1]);
		return XL_ERROR;
	}
	printf("Usage: xl [--json] VERB [ARGUMENT...]\n\n");
	for (size_t i = 0; i < COUNT(verbs); i++)
		printf(" %-20s %s\n", verbs[i].name, verbs[i].summary);
	printf("\nxl help VERB says more. Known, but not supported by Xylem "
	       "yet:\n");
	for (size_t i = 0, column = 0; later[i]; i++) {
		column += (size_t)printf("%s%s", column ? " " : " ", later[i]);
		if (column > 64 || !later[i + 1]) {
			putchar('\n');
			column = 0;
		}
	}
	return XL_OK;
}
