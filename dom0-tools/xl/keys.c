// SPDX-License-Identifier: GPL-2.0-only
/*
 * The names an xl.cfg may use.
 *
 * Rules: 1. a name people write for real Xen is never called unknown; 2. a
 * setting that a guest could miss is KEY_MISSING, so that its loss is said.
 * Lock: none. Never: allocates. Next: config.c.
 */
#include "dom0-tools/xl/keys.h"

#include <stddef.h>
#include <string.h>

#define NAME_MAX_BYTES 48u

/* Aliases of Ganeti (cpu, cpu_cap, bootargs) and xen-tools (dhcp) included. */
static const char *const used[] = {
	"name", "uuid", "type", "builder", "kernel", "ramdisk", "cmdline",
	"root", "extra", "memory", "maxmem", "vcpus", "maxvcpus", "disk",
	"vif", "on_poweroff", "on_reboot", "on_watchdog", "on_crash",
	"on_soft_reset", "max_grant_frames", "max_maptrack_frames",
	"max_event_channels", "bootargs", "cpuid", "tsc_mode", "cpu_weight",
	"cpus", NULL
};

static const char *const missing[] = {
	"bootloader", "bootloader_args", "cpus_soft", "cpu", "cpu_cap",
	"cap", "pool", "period", "slice", "latency",
	"extratime", "p9", "vfb", "pci", "usbctrl", "usbdev", "vtpm", "vkb",
	"channel", "vsnd", "vdispl", "pvcalls", "ioports", "irqs", "iomem",
	"vnuma", "e820_host", "passthrough", "dtdev",
	"rdm", "driver_domain", "vif2", "device_tree", "seclabel",
	"localtime", "rtc_timeoffset", NULL
};

static const char *const accepted[] = {
	"nomigrate", "max_grant_version", "init_seclabel", "claim_mode",
	"dhcp", "videoram", "pae", "acpi", "acpi_s3", "acpi_s4",
	"acpi_laptop_slate", "acpi_firmware", "smbios_firmware", "apic",
	"hpet", "timer_mode", "nestedhvm", "altp2m", "altp2mhvm", "viridian",
	"hap", "oos", "shadow_memory", "bios", "bios_path_override",
	"firmware", "firmware_override", "hvmloader", "boot", "nx", "smep",
	"vpt_align", "mmio_hole", "ms_vm_genid", "rdm_mem_boundary",
	"mca_caps", "vmtrace_buf_kb", "device_model",
	"device_model_version", "device_model_override",
	"device_model_user", "device_model_args", "device_model_args_pv",
	"device_model_args_hvm", "device_model_stubdomain_override",
	"device_model_stubdomain_seclabel", "dm_restrict",
	"stubdomain_kernel", "stubdomain_cmdline", "stubdomain_ramdisk",
	"stubdomain_memory", "xen_platform_pci", "vendor_device", "vga",
	"stdvga", "vnc", "vnclisten", "vncdisplay", "vncunused",
	"vncpasswd", "keymap", "sdl", "opengl", "nographic", "spice",
	"spiceport", "spicetls_port", "spicehost", "spicepasswd",
	"spicedisable_ticketing", "spiceagent_mouse", "spicevdagent",
	"spice_clipboard_sharing", "spiceusbredirection",
	"spice_image_compression", "spice_streaming_video",
	"gfx_passthru", "serial", "usb", "usbversion", "usbdevice",
	"vkb_device", "soundhw", "hdtype", "gic_version", "tee",
	"pvshim", "pvshim_path", "pvshim_cmdline", "pvshim_extra",
	"pci_msitranslate", "pci_power_mgmt", "pci_permissive", "pci_seize",
	"xend_suspend_evtchn_compat", "msr_relaxed", "suppress_spurious_faults",
	NULL
};

static int has(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return 1;
	return 0;
}

enum key_kind key_kind(const char *name)
{
	if (has(used, name))
		return KEY_USED;
	if (has(missing, name))
		return KEY_MISSING;
	return has(accepted, name) ? KEY_ACCEPTED : KEY_UNKNOWN;
}

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

/* Insertions, deletions, changes and swaps of neighbours from a to b. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int d[NAME_MAX_BYTES + 1][NAME_MAX_BYTES + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > NAME_MAX_BYTES || lb > NAME_MAX_BYTES)
		return NAME_MAX_BYTES;
	for (size_t i = 0; i <= la; i++)
		d[i][0] = (unsigned int)i;
	for (size_t j = 0; j <= lb; j++)
		d[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= la; i++)
		for (size_t j = 1; j <= lb; j++) {
			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1,
				       d[i - 1][j - 1] +
				       (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	return d[la][lb];
}

const char *nearest_name(const char *name, const char *const *names)
{
	const char *best = NULL;
	/* A third of the letters may differ, and never more than three. */
	unsigned int least = (unsigned int)strlen(name) / 3 + 1;

	if (least > 4)
		least = 4;
	for (; *names; names++) {
		unsigned int d = distance(name, *names);

		if (d < least) {
			least = d;
			best = *names;
		}
	}
	return best;
}

const char *key_suggestion(const char *name)
{
	const char *s = nearest_name(name, used);

	if (!s)
		s = nearest_name(name, missing);
	return s ? s : nearest_name(name, accepted);
}
