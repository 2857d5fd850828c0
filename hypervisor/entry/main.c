/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Birth: from boot.S to dom0's first instruction, in the order of need.
 *
 * What is wrong with the machine or the command line is said on the serial
 * line, and the machine halts: there is nobody to return an error to.
 *
 * Next station of the tour: core/dom0.c.
 */
#include "call/info.h"
#include "core/arch.h"
#include "core/con.h"
#include "core/cpuid.h"
#include "core/dom.h"
#include "core/dom0.h"
#include "core/e820.h"
#include "core/frame.h"
#include "core/heap.h"
#include "core/iomem.h"
#include "core/m2p.h"
#include "core/pci.h"
#include "core/time.h"
#include "core/bootmem.h"
#include "entry/multiboot.h"
#include "entry/panic.h"
#include "entry/trap.h"
#include "hw/acpi.h"
#include "hw/clock.h"
#include "hw/cpu.h"
#include "hw/cpu_init.h"
#include "hw/fpu.h"
#include "hw/irq.h"
#include "hw/layout.h"
#include "hw/memory.h"
#include "hw/paging.h"
#include "hw/percpu.h"
#include "hw/seg.h"
#include "hw/uart.h"
#include "lib/string.h"

extern char cpu0_block[], image_start[], image_end[];

static struct boot_info boot;

static __attribute__((noreturn)) void give_up(const char *why)
{
	con_log("\nXylem cannot start: %s\n", why);
	cpu_halt_forever();
	__builtin_unreachable();
}

static void log_memory(void)
{
	static const char *const names[] = {
		"?", "RAM", "reserved", "ACPI", "NVS", "unusable"
	};
	unsigned int n;
	const struct xy_e820_entry *e = machine_e820(&n);

	for (unsigned int i = 0; i < n; i++)
		con_log("(Xylem) memory %012lx-%012lx %s\n",
			(unsigned long)e[i].addr,
			(unsigned long)(e[i].addr + e[i].size - 1),
			names[e[i].type <= XY_E820_UNUSABLE ? e[i].type : 0]);
}

/* The image and the modules are in use until dom0 is built. */
static void init_memory(void)
{
	bootmem_init();
	bootmem_reserve(image_phys(image_start), image_phys(image_end));
	for (unsigned int i = 0; i < boot.module_count; i++)
		bootmem_reserve(boot.modules[i].start, boot.modules[i].end);
	paging_init();
}

static void init_frames(void)
{
	unsigned int n;
	const struct xy_e820_entry *e = machine_e820(&n);

	frame_table_init((struct frame *)FRAME_TABLE_VA);
	m2p_init((uint64_t *)M2P_RW_VA);
	for (unsigned int i = 0; i < n; i++) {
		uint64_t from = e[i].addr >> PAGE_SHIFT;
		uint64_t to = (e[i].addr + e[i].size + PAGE_SIZE - 1) >>
			      PAGE_SHIFT;

		/* the first MiB stays firmware's: device rules */
		if (e[i].type == XY_E820_RAM && from >= 0x100)
			frame_mark_ram(to_mfn(from), to - from);
	}
	paging_publish_m2p();
	bootmem_to_heap();
}

static void free_modules(void)
{
	for (unsigned int i = 0; i < boot.module_count; i++) {
		uint64_t from = (boot.modules[i].start + PAGE_SIZE - 1) >>
				PAGE_SHIFT;
		uint64_t to = boot.modules[i].end >> PAGE_SHIFT;

		if (from < to)
			heap_add_range(to_mfn(from), to - from);
	}
}

static const void *module_data(unsigned int i)
{
	return arch_frame_ptr(to_mfn(0)) + boot.modules[i].start;
}

static void build_dom0(void)
{
	struct dom0_image image = { .max_vcpus = 1 };
	const char *why;
	char mem[64];

	if (boot.module_count == 0)
		give_up("no dom0 kernel: give it as the first Multiboot module "
			"(QEMU: -initrd \"vmlinuz args,initrd\")");
	image.kernel = module_data(0);
	image.kernel_bytes = boot.modules[0].end - boot.modules[0].start;
	image.cmdline = boot.modules[0].args;
	if (boot.module_count > 1) {
		image.initrd = module_data(1);
		image.initrd_bytes = boot.modules[1].end -
				     boot.modules[1].start;
	}
	if (cmdline_get(boot.cmdline, "dom0_mem", mem, sizeof(mem)) &&
	    !dom0_parse_mem(mem, &image.mem_bytes, &image.max_bytes))
		give_up("dom0_mem= is not a size (for example dom0_mem=1024M)");
	why = dom0_build(&image);
	if (why)
		give_up(why);
}

static void init_cpu(void)
{
	struct percpu *p = (struct percpu *)cpu0_block;

	percpu_register(0, p);
	cpu_init_features();
	fpu_init_cpu();
	memory_choose();
}

for_assembly void boot_main(uint32_t multiboot);
void boot_main(uint32_t multiboot)
{
	const char *why;
	char unused[8];

	uart_init();
	con_log("\nXylem: a paravirtualizing hypervisor for x86-64, "
		"Xen 4.17 ABI\n");
	init_cpu();
	why = multiboot_read(multiboot, &boot);
	if (why)
		give_up(why);
	memcpy(info_cmdline, boot.cmdline, sizeof(boot.cmdline));
	panic_set_reboot(!cmdline_get(boot.cmdline, "noreboot", unused,
				      sizeof(unused)));
	log_memory();
	init_memory();
	seg_init_cpu(percpu());
	init_frames();
	why = acpi_read();
	if (why)
		give_up(why);
	irq_init();
	clock_init();
	clock_read_wall();
	con_log("(Xylem) TSC %lu kHz, %u CPU%s in ACPI, one is used\n",
		(unsigned long)time_tsc_khz(), acpi.cpus,
		acpi.cpus == 1 ? "" : "s");
	con_log("(Xylem) 4 KiB are copied in %lu ticks by string instructions, "
		"%lu by registers\n", memory_choice.strings,
		memory_choice.registers);
	iomem_init();
	cpuid_init();
	build_dom0();
	free_modules();
	paging_drop_identity();
	irq_enable_serial();
	con_log("(Xylem) %lu KiB free; starting dom0 at %lu us\n",
		(unsigned long)heap_free_frames() * 4,
		(unsigned long)arch_now_ns() / 1000);
	dom_unpause(dom0);
	enter_first_guest();
}
