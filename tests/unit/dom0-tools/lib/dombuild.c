// SPDX-License-Identifier: GPL-2.0-only
/*
 * The domain builder on a machine of 64 MiB in a file (fakes/buildhost). A
 * kernel of three segments is built here, plain and packed.
 *
 * Looked at: what lies where in the finished domain; that the tables are
 * pinned when nobody maps a page of the domain; that each failure leaves no
 * mapping and no claim, and says why.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <elf.h>
#include <errno.h>
#include <lz4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/elfnote.h"
#include "abi/grant.h"
#include "abi/shared_info.h"
#include "dom0-tools/lib/dombuild.h"
#include "dom0-tools/lib/kernel_cache.h"
#include "tests/fakes/buildhost.h"

#define PAGE 4096ull
#define VIRT 0xffffffff80000000ull
#define ELF_BYTES 0x9000u

/* --- the kernel ---------------------------------------------------------- */

static uint8_t elf[ELF_BYTES];

static size_t add_note(size_t at, uint32_t type, const void *desc,
		       uint32_t bytes)
{
	Elf64_Nhdr n = { 4, bytes, type };

	memcpy(elf + at, &n, sizeof(n));
	memcpy(elf + at + 12, "Xen", 4);
	memcpy(elf + at + 16, desc, bytes);
	return at + 16 + ((bytes + 3) & ~3u);
}

static size_t add_number(size_t at, uint32_t type, uint64_t v)
{
	return add_note(at, type, &v, 8);
}

/* Text at 1 MiB, data that moves down, bss that must be zero. */
static void make_elf(bool with_notes)
{
	Elf64_Phdr p[4] = {
		{ PT_LOAD, 7, 0x1000, 0, 0x100000, 0x3000, 0x3000, 0 },
		{ PT_LOAD, 7, 0x5000, 0, 0x103000, 0x1800, 0x1800, 0 },
		{ PT_LOAD, 7, 0x7000, 0, 0x104800, 0x1000, 0x5000, 0 },
		{ PT_NOTE, 4, 0x1100, 0, 0x100100, 0x200, 0x200, 0 },
	};
	Elf64_Ehdr h = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1 },
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_phoff = sizeof(h),
		.e_phentsize = sizeof(p[0]),
		.e_phnum = 4,
	};
	size_t at = 0x1100;

	for (size_t i = 0; i < ELF_BYTES; i++)
		elf[i] = (uint8_t)(i * 7 + (i >> 8));
	memcpy(elf, &h, sizeof(h));
	memcpy(elf + sizeof(h), p, sizeof(p));
	memset(elf + 0x1100, 0, 0x200);
	if (!with_notes)
		return;
	at = add_number(at, XY_ELFNOTE_ENTRY, VIRT + 0x100000);
	at = add_number(at, XY_ELFNOTE_VIRT_BASE, VIRT);
	at = add_number(at, XY_ELFNOTE_INIT_P2M, 0x8000000000ull);
	at = add_number(at, XY_ELFNOTE_MOD_START_PFN, 1);
	at = add_note(at, XY_ELFNOTE_XEN_VERSION, "xen-3.0", 8);
	add_note(at, XY_ELFNOTE_LOADER, "generic", 8);
}

static void put32(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, 4);
}

static size_t pack(uint8_t *file, size_t room)
{
	const size_t start = 0x1400;
	uint32_t n;

	memset(file, 0, room);
	file[0x1f1] = 8;
	file[0x1fe] = 0x55;
	file[0x1ff] = 0xaa;
	memcpy(file + 0x202, "HdrS\x0f\x02", 6);
	put32(file + 0x248, (uint32_t)start - 9 * 512);
	memcpy(file + start, "\x02\x21\x4c\x18", 4);
	n = (uint32_t)LZ4_compress_default((char *)elf,
					   (char *)file + start + 8,
					   ELF_BYTES, (int)(room - start - 16));
	put32(file + start + 4, n);
	put32(file + start + 8 + n, ELF_BYTES);
	put32(file + 0x24c, n + 12);
	return start + n + 12;
}

/* --- the tests ----------------------------------------------------------- */

struct build {
	struct dombuild b;
	struct dombuild_config c;
	struct call call;
	char kernel[64];
	char ramdisk[64];
};

static void write_file(char path[64], const void *data, size_t bytes)
{
	int fd;

	strcpy(path, "/tmp/xl-dombuild-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, bytes), bytes);
	close(fd);
}

static void start(struct build *t, bool packed, uint64_t mib)
{
	static uint8_t file[ELF_BYTES * 2 + 0x2000];
	size_t bytes = ELF_BYTES;

	memset(t, 0, sizeof(*t));
	if (packed)
		bytes = pack(file, sizeof(file));
	else
		memcpy(file, elf, ELF_BYTES);
	write_file(t->kernel, file, bytes);
	write_file(t->ramdisk, "ramdisk's bytes", 15);
	t->c.kernel = t->kernel;
	t->c.ramdisk = t->ramdisk;
	t->c.cmdline = "console=hvc0";
	t->c.memory_kib = mib << 10;
	t->c.max_memory_kib = mib << 10;
	t->c.vcpus = 1;
	buildhost_make();
}

static void end(struct build *t)
{
	dombuild_close(&t->b);
	unlink(t->kernel);
	unlink(t->ramdisk);
	assert_int_equal(buildhost.maps, 0);
	assert_int_equal(buildhost.used, 0);
}

static void read_pfn(const struct build *t, uint64_t pfn, uint64_t offset,
		     void *dst, size_t bytes)
{
	assert_int_equal(pread(buildhost.file, dst, bytes,
			       (off_t)(t->b.p2m[pfn] * PAGE + offset)), bytes);
}

static void check_bytes(const struct build *t, uint64_t paddr, size_t from,
			size_t bytes, bool zero)
{
	for (size_t i = 0; i < bytes; i++, paddr++) {
		uint8_t v;

		read_pfn(t, paddr / PAGE, paddr % PAGE, &v, 1);
		assert_int_equal(v, zero ? 0 : elf[from + i]);
	}
}

static void check_start_info(const struct build *t)
{
	const struct layout *l = &t->b.layout;
	struct xy_grant_entry_v1 g[2];
	struct xy_start_info s;
	char ramdisk[16];

	read_pfn(t, l->start_info_pfn, 0, &s, sizeof(s));
	assert_string_equal(s.magic, "xen-3.0-x86_64");
	assert_int_equal(s.nr_pages, t->b.nr_pages);
	assert_int_equal(s.shared_info, BUILDHOST_SHARED_MFN * PAGE);
	assert_int_equal(s.store_mfn, t->b.store_mfn);
	assert_int_equal(s.console.domU.mfn, t->b.console_mfn);
	assert_int_equal(s.store_evtchn, 1);
	assert_int_equal(s.console.domU.evtchn, 2);
	assert_string_equal((char *)s.cmd_line, "console=hvc0");
	assert_int_equal(s.mod_len, 15);
	assert_true(s.flags & XY_SIF_MOD_START_PFN);
	read_pfn(t, s.mod_start, 0, ramdisk, 16);
	assert_string_equal(ramdisk, "ramdisk's bytes");
	assert_int_equal(s.first_p2m_pfn, l->p2m_pfn);
	assert_int_equal(pread(buildhost.file, g, sizeof(g),
			       BUILDHOST_GRANT_MFN * PAGE), sizeof(g));
	assert_int_equal(g[0].frame, t->b.console_mfn);
	assert_int_equal(g[1].frame, t->b.store_mfn);
	assert_int_equal(g[1].flags, XY_GTF_permit_access);
}

static void check_domain(const struct build *t)
{
	const struct layout *l = &t->b.layout;

	/* Segments where they belong, and nothing else around them. */
	check_bytes(t, 0x100000, 0x1000, 0x3000, false);
	check_bytes(t, 0x103000, 0x5000, 0x1800, false);
	check_bytes(t, 0x104800, 0x7000, 0x1000, false);
	check_bytes(t, 0x105800, 0, 0x4000, true);
	check_bytes(t, 0xff000, 0, 0x1000, true);
	check_start_info(t);
	for (uint64_t i = 0; i < t->b.nr_pages; i++) {
		uint64_t mfn;

		read_pfn(t, l->p2m_pfn + i / 512, i % 512 * 8, &mfn, 8);
		assert_int_equal(mfn, t->b.p2m[i]);
	}
	assert_true(buildhost.pinned);
	assert_int_equal(buildhost.pinned_mfn, t->b.p2m[l->l4_pfn]);
	assert_int_equal(buildhost.vcpu.ctrlreg[3],
			 buildhost.pinned_mfn * PAGE);
	assert_int_equal(buildhost.vcpu.user_regs.rip, VIRT + 0x100000);
	assert_int_equal(buildhost.vcpu.user_regs.rsi,
			 layout_address(l, l->start_info_pfn));
	assert_int_equal(buildhost.vcpu.user_regs.cs, 0xe033);
	assert_int_equal(buildhost.claimed, 0);
}

static void builds(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct build t;

		make_elf(true);
		start(&t, i & 1, 16);
		buildhost.no_big = i & 2;
		assert_int_equal(dombuild_open(&t.b, &t.call, &t.c), 0);
		assert_int_equal(dombuild_create(&t.b), 0);
		assert_int_equal(dombuild_load(&t.b), 0);
		check_domain(&t);
		end(&t);
	}
}

static void refuses_before_there_is_a_domain(void **state)
{
	struct build t;

	(void)state;
	make_elf(true);
	start(&t, true, 16);
	assert_int_equal(truncate(t.kernel, 0x1500), 0);
	assert_int_not_equal(dombuild_open(&t.b, &t.call, &t.c), 0);
	assert_non_null(strstr(t.b.why, "truncated"));
	end(&t);
	make_elf(false);
	start(&t, false, 16);
	assert_int_not_equal(dombuild_open(&t.b, &t.call, &t.c), 0);
	assert_non_null(strstr(t.b.why, "no Xen notes"));
	end(&t);
	make_elf(true);
	start(&t, false, 1);
	assert_int_equal(dombuild_open(&t.b, &t.call, &t.c), -E2BIG);
	end(&t);
	start(&t, false, 16);
	t.c.kernel = "/nowhere";
	assert_int_equal(dombuild_open(&t.b, &t.call, &t.c), -ENOENT);
	end(&t);
	start(&t, false, 16);
	t.c.ramdisk = "/nowhere";
	assert_int_equal(dombuild_open(&t.b, &t.call, &t.c), -ENOENT);
	end(&t);
}

static void fails_cleanly(void **state)
{
	volatile sig_atomic_t stop = 1;
	struct build t;

	(void)state;
	make_elf(true);
	/* More than there is. */
	start(&t, true, 80);
	assert_int_equal(dombuild_open(&t.b, &t.call, &t.c), 0);
	assert_int_equal(dombuild_create(&t.b), -ENOMEM);
	assert_true(t.b.created);
	assert_non_null(strstr(t.b.why, "80 MiB of memory are wanted"));
	assert_int_equal(buildhost.claimed, 0);
	end(&t);
	/* Enough for the kernel, not for all of it. */
	start(&t, true, 2);
	assert_int_equal(dombuild_open(&t.b, &t.call, &t.c), 0);
	assert_int_equal(dombuild_create(&t.b), 0);
	assert_int_equal(dombuild_load(&t.b), -E2BIG);
	assert_false(buildhost.pinned);
	end(&t);
	/* Ctrl-C. */
	start(&t, true, 16);
	assert_int_equal(dombuild_open(&t.b, &t.call, &t.c), 0);
	t.b.stop = &stop;
	assert_int_equal(dombuild_create(&t.b), -EINTR);
	assert_int_equal(buildhost.claimed, 0);
	end(&t);
	/* Packed, and no PV kernel: seen when it has been unpacked. */
	make_elf(false);
	start(&t, true, 16);
	assert_int_equal(dombuild_open(&t.b, &t.call, &t.c), 0);
	assert_int_equal(dombuild_create(&t.b), 0);
	assert_int_equal(dombuild_load(&t.b), -EINVAL);
	assert_non_null(strstr(t.b.why, "no Xen notes"));
	end(&t);
}

/* Kept on its first start: plain from then on, but for another version. */
static void unpacks_once(void **state)
{
	struct build t;

	(void)state;
	assert_int_equal(system("rm -rf " KERNEL_CACHE_DIR), 0);
	make_elf(true);
	start(&t, true, 16);
	for (int i = 0; i < 2; i++) {
		buildhost_make();
		assert_int_equal(dombuild_open(&t.b, &t.call, &t.c), 0);
		assert_int_equal(t.b.packed, i == 0);
		assert_int_equal(dombuild_create(&t.b), 0);
		assert_int_equal(dombuild_load(&t.b), 0);
		check_domain(&t);
		dombuild_close(&t.b);
	}
	/* Another kernel by that name. */
	end(&t);
	elf[0x2000]++;
	start(&t, true, 16);
	assert_int_equal(dombuild_open(&t.b, &t.call, &t.c), 0);
	assert_true(t.b.packed);
	assert_int_equal(dombuild_create(&t.b), 0);
	assert_int_equal(dombuild_load(&t.b), 0);
	check_domain(&t);
	end(&t);
	assert_int_equal(system("rm -rf " KERNEL_CACHE_DIR), 0);
}

/* What cannot be started is refused the second time as it was the first. */
static void keeps_no_other(void **state)
{
	struct build t;

	(void)state;
	make_elf(false);
	start(&t, true, 16);
	for (int i = 0; i < 2; i++) {
		buildhost_make();
		assert_int_equal(dombuild_open(&t.b, &t.call, &t.c), 0);
		assert_true(t.b.packed);
		assert_int_equal(dombuild_create(&t.b), 0);
		assert_int_equal(dombuild_load(&t.b), -EINVAL);
		dombuild_close(&t.b);
	}
	end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builds),
		cmocka_unit_test(unpacks_once),
		cmocka_unit_test(keeps_no_other),
		cmocka_unit_test(refuses_before_there_is_a_domain),
		cmocka_unit_test(fails_cleanly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
