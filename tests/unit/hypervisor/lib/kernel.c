// SPDX-License-Identifier: GPL-2.0-only
/*
 * The distribution's own kernels, when the image build has put them below
 * build/kernel: each must unpack to the vmlinux that the packers' own tools
 * made of it, and be a kernel that we would start.  Prints the time it took.
 */
#include "abi/elfnote.h"
#include "abi/version.h"
#include "lib/bzimage.h"
#include "lib/elf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

struct file {
	uint8_t *data;
	size_t size;
};

static struct file read_file(const char *kernel, const char *name)
{
	struct file file = { 0 };
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "build/kernel/%s/%s", kernel, name);
	f = fopen(path, "rb");
	if (!f) {
		printf("skip: no %s\n", path);
		skip();
	}
	fseek(f, 0, SEEK_END);
	file.size = (size_t)ftell(f);
	rewind(f);
	file.data = malloc(file.size);
	assert_int_equal(fread(file.data, 1, file.size, f), file.size);
	fclose(f);
	return file;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct file unpack_kernel(struct file packed)
{
	struct bzimage b;
	struct unpack_work w = { .base = malloc(UNPACK_WORK_BYTES),
				 .size = UNPACK_WORK_BYTES };
	struct unpack_out out = { 0 };
	double start;

	assert_int_equal(bzimage_open(&b, packed.data, packed.size),
			 BZIMAGE_OK);
	out.capacity = b.unpacked_bytes;
	out.base = malloc(out.capacity);
	start = seconds();
	assert_int_equal(bzimage_unpack(&b, &out, &w), UNPACK_OK);
	printf("%s: %zu to %zu bytes in %.3f s\n", b.format, b.payload.size,
	       out.used, seconds() - start);
	free(w.base);
	return (struct file){ out.base, out.used };
}

static void check_kernel(const char *name)
{
	static const struct elf_rules rules = {
		.dom0 = true, .offered = 1u << XY_FEAT_writable_page_tables,
		.hv_start = 0xFFFF800000000000, .hv_end = 0xFFFF880000000000,
	};
	struct file packed = read_file(name, "vmlinuz");
	struct file want = read_file(name, "vmlinux");
	struct file got = unpack_kernel(packed);
	struct elf_image image;
	struct elf_xen_notes notes;
	struct elf_layout l;

	assert_int_equal(got.size, want.size);
	assert_true(memcmp(got.data, want.data, want.size) == 0);
	assert_int_equal(elf_open(&image, got.data, got.size), ELF_OK);
	assert_int_equal(elf_find_xen_notes(&image, &notes), ELF_OK);
	assert_int_equal(elf_xen_check(&image, &notes, &rules, &l), ELF_OK);
	assert_true(l.virt_base == 0xFFFFFFFF80000000);
	assert_true(l.start == 0xFFFFFFFF81000000);
	assert_true(notes.init_p2m == 0x8000000000);
	assert_string_equal(notes.guest_os, "linux");
	free(packed.data);
	free(want.data);
	free(got.data);
}

static void test_dom0(void **state)
{
	(void)state;
	check_kernel("dom0");
}

static void test_guest(void **state)
{
	(void)state;
	check_kernel("guest");
}

static void test_newer(void **state)
{
	(void)state;
	check_kernel("kernel612");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dom0),
		cmocka_unit_test(test_guest),
		cmocka_unit_test(test_newer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
