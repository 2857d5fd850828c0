// SPDX-License-Identifier: GPL-2.0-only
/* From an xl.cfg to a domain: defaults, checks, and what is said about them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dom0-tools/xl/config.h"
#include "dom0-tools/xl/keys.h"
#include "dom0-tools/xl/report.h"

#define BASE "name='web'\nkernel='/k'\n"

static char *said;
static size_t said_bytes;

static int read_config(struct domain_config *c, const char *text)
{
	FILE *f;
	int err;

	free(said);
	f = open_memstream(&said, &said_bytes);
	report_to(f);
	err = config_read(c, "t", text);
	report_to(NULL);
	fclose(f);
	return err;
}

static int end(void **state)
{
	(void)state;
	free(said);
	said = NULL;
	return 0;
}

static void defaults(void **state)
{
	struct domain_config c;

	(void)state;
	assert_int_equal(read_config(&c, BASE), 0);
	assert_string_equal(said, "");
	assert_string_equal(c.name, "web");
	assert_string_equal(c.cmdline, "");
	assert_null(c.ramdisk);
	assert_int_equal(c.memory_kib, 32 * 1024);
	assert_int_equal(c.max_memory_kib, 32 * 1024);
	assert_int_equal(c.vcpus, 1);
	assert_int_equal(c.max_vcpus, 1);
	assert_int_equal(c.grant_frames, -1);
	assert_int_equal(c.event_channels, 1023);
	assert_int_equal(c.on_poweroff, ACTION_DESTROY);
	assert_int_equal(c.on_reboot, ACTION_RESTART);
	assert_int_equal(c.on_crash, ACTION_DESTROY);
	assert_int_equal(c.uuid[6] & 0xf0, 0x40);
	assert_int_equal(c.uuid[8] & 0xc0, 0x80);
	config_free(&c);
}

static void everything(void **state)
{
	struct domain_config c;
	char uuid[CONFIG_UUID_TEXT];

	(void)state;
	assert_int_equal(read_config(&c, BASE
		"type='pv'\nmemory=256\nmaxmem='512'\nvcpus=2\nmaxvcpus=4\n"
		"ramdisk='/r'\nroot='/dev/xvda1'\nextra='quiet'\n"
		"uuid='0123abcd-0000-1111-2222-333344445555'\n"
		"on_crash='preserve'\non_reboot='rename-restart'\n"
		"disk=['/a,raw,xvda,w','/b,raw,xvdb,r']\n"
		"vif=['','mac=00:16:3e:00:00:01,bridge=b1']\n"), 0);
	assert_string_equal(said, "");
	assert_int_equal(c.memory_kib, 256 * 1024);
	assert_int_equal(c.max_memory_kib, 512 * 1024);
	assert_int_equal(c.max_vcpus, 4);
	assert_string_equal(c.cmdline, "root=/dev/xvda1 quiet");
	uuid_format(c.uuid, uuid);
	assert_string_equal(uuid, "0123abcd-0000-1111-2222-333344445555");
	assert_int_equal(c.on_crash, ACTION_PRESERVE);
	assert_int_equal(c.on_reboot, ACTION_RENAME_RESTART);
	assert_int_equal(c.disk_count, 2);
	assert_int_equal(c.disks[1].devid, 51728);
	assert_int_equal(c.vif_count, 2);
	assert_string_equal(c.vifs[0].bridge, "xenbr0");
	assert_int_equal(c.vifs[0].mac[2], 0x3e);
	assert_string_equal(c.vifs[1].bridge, "b1");
	assert_int_equal(c.vifs[1].devid, 1);
	config_free(&c);
}

static void command_lines(void **state)
{
	static const struct {
		const char *text, *cmdline;
	} cases[] = {
		{ "cmdline='a b'", "a b" },
		{ "bootargs='x'", "x" },
		{ "extra='e'", "e" },
		{ "root='/dev/sda'", "root=/dev/sda" },
		{ "root='r'\nextra='e'", "root=r e" },
		{ "cmdline='c'\nextra='e'", "c" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct domain_config c;
		char text[256];

		snprintf(text, sizeof(text), BASE "%s\n", cases[i].text);
		assert_int_equal(read_config(&c, text), 0);
		assert_string_equal(c.cmdline, cases[i].cmdline);
		config_free(&c);
	}
}

static void complaints(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "kernel='/k'\n", "'name' is missing" },
		{ "name='a'\n", "'kernel' is missing" },
		{ BASE "name='7'\n", "must not be a number" },
		{ BASE "name='a/b'\n", "no blanks" },
		{ BASE "memory='lots'\n", "t:3: 'memory' must be a number" },
		{ BASE "memory=[1]\n", "must be a string, not a list" },
		{ BASE "memory=64\nmaxmem=32\n", "less than 'memory'" },
		{ BASE "vcpus=0\n", "at least 1" },
		{ BASE "vcpus=999\n", "larger than Xylem can do" },
		{ BASE "type='hvm'\n", "does not run yet" },
		{ BASE "builder='hvm'\n", "does not run yet" },
		{ BASE "on_crash='restrat'\n", "did you mean 'restart'?" },
		{ BASE "uuid='12'\n", "is no UUID" },
		{ BASE "disk='/a'\n", "must be a list" },
		{ BASE "disk=[['/a']]\n", "a list of strings" },
		{ BASE "disk=['/a,raw,xvda','/b,raw,xvda']\n",
		  "another disk has this device name" },
		{ BASE "disk=['/a,qcow2,xvda']\n", "only raw images" },
		{ BASE "disk=['nbd:h,raw,xvda']\n", "scripts" },
		{ BASE "vif=['x']\n", "is no key=value" },
		{ BASE "vif=['devid=1','']\n", "another vif" },
		{ "bootloader='pygrub'\nname='a'\n", "no boot loaders yet" },
		{ "a=(", "t:1: " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct domain_config c;

		assert_int_not_equal(read_config(&c, cases[i].text), 0);
		if (!strstr(said, cases[i].words))
			fail_msg("no '%s' in '%s'", cases[i].words, said);
		config_free(&c);
	}
}

static void warnings(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ BASE "memroy=3\n", "t:3: unknown setting 'memroy', did you "
		  "mean 'memory'?" },
		{ BASE "zzzzzzzz=3\n", "unknown setting 'zzzzzzzz'\n" },
		{ BASE "pci=['00:1f.0']\n", "'pci' is not supported" },
		{ BASE "cap=50\n", "'cap' is not supported" },
		{ BASE "vif=['rate=1Mb/s']\n", "have no effect" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct domain_config c;

		assert_int_equal(read_config(&c, cases[i].text), 0);
		if (!strstr(said, cases[i].words))
			fail_msg("no '%s' in '%s'", cases[i].words, said);
		config_free(&c);
	}
}

static const struct cpuid_edit *edit(const struct domain_config *c,
				     uint32_t leaf, enum cpuid_register reg)
{
	for (size_t i = c->cpuid.count; i-- > 0;)
		if (c->cpuid.edits[i].leaf == leaf &&
		    c->cpuid.edits[i].reg == reg)
			return &c->cpuid.edits[i];
	return NULL;
}

static void processors(void **state)
{
	const struct cpuid_edit *e;
	struct domain_config c;

	(void)state;
	assert_int_equal(read_config(&c, BASE "cpu_weight=512\ntsc_mode="
		"'native'\ncpus=['0-1','^0']\ncpuid='host,avx=0,sse4_1=1,"
		"fma=x,family=21,invtsc=k'\n"), 0);
	assert_int_equal(c.cpu_weight, 512);
	assert_int_equal(c.tsc_mode, 2);
	assert_int_equal(c.cpus_count, 2);
	assert_int_equal(c.cpus[0], 3);
	assert_int_equal(c.cpuid.count, 3);
	e = &c.cpuid.edits[0];
	assert_int_equal(e->clear, 1u << 28);
	assert_int_equal(e->set, 0);
	e = edit(&c, 1, CPUID_ECX);
	assert_int_equal(e->set, 1u << 19);
	e = edit(&c, 1, CPUID_EAX);
	assert_int_equal(e->set, 15u << 8 | 6u << 20);
	config_free(&c);
	assert_int_equal(read_config(&c, BASE "cpuid=['7,0:ebx=xxxxxxxxxxxxxxx"
		"xxxxxxxxxxx0x1xxx','0x80000001:edx=0xxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxx']\n"), 0);
	e = edit(&c, 7, CPUID_EBX);
	assert_int_equal(e->subleaf, 0);
	assert_int_equal(e->clear, 1u << 5 | 1u << 3);
	assert_int_equal(e->set, 1u << 3);
	e = edit(&c, 0x80000001, CPUID_EDX);
	assert_int_equal(e->subleaf, CPUID_NO_SUBLEAF);
	assert_int_equal(e->clear, 1u << 31);
	config_free(&c);
}

static void processors_refused(void **state)
{
	static const char *const texts[] = {
		"cpuid='avx=0'", "cpuid='host,nonsense=0'",
		"cpuid='host,avx'", "cpuid='host,avx=2'", "cpuid='host,avx=00'",
		"cpuid='host,family=999'", "cpuid='1:ecx=0'",
		"cpuid='1:efx=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'",
		"cpuid='1:ecx=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxq'",
		"cpuid='x:ecx=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'",
		"tsc_mode='sometimes'", "tsc_mode=4", "cpus='one'",
		"cpus='64'", "cpu_weight=70000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct domain_config c;
		char text[256];

		snprintf(text, sizeof(text), BASE "%s\n", texts[i]);
		assert_int_equal(read_config(&c, text), -EINVAL);
		config_free(&c);
	}
}

/* What Ganeti and xen-tools write must pass without a word about it. */
static void silent_ones(void **state)
{
	struct domain_config c;

	(void)state;
	assert_int_equal(read_config(&c, BASE "dhcp='dhcp'\nvnc=1\nacpi=1\n"
				     "nomigrate=0\n"), 0);
	assert_string_equal(said, "");
	config_free(&c);
	assert_int_equal(key_kind("bootargs"), KEY_USED);
	assert_null(key_suggestion("entirely_else"));
}

static void further_lines(void **state)
{
	char one[] = "name=\"X\"", two[] = "memory=64";
	char *lines[] = { one, two };
	char path[] = "/tmp/xl-config-XXXXXX";
	struct domain_config c;
	char *text;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, BASE "memory=32", strlen(BASE) + 9),
			 strlen(BASE) + 9);
	close(fd);
	text = config_load(path, lines, 2);
	assert_non_null(text);
	assert_int_equal(read_config(&c, text), 0);
	assert_string_equal(c.name, "X");
	assert_int_equal(c.memory_kib, 64 * 1024);
	config_free(&c);
	free(text);
	unlink(path);
}

/* Files as users and programs write them; the runner starts at the root. */
static void files_in_the_wild(void **state)
{
	static const struct {
		const char *path, *name;
		size_t disks, vifs;
	} files[] = {
		{ "debian", "debian", 2, 1 },
		{ "ganeti", "instance1.example.com", 1, 1 },
		{ "xen-tools", "web", 2, 1 },
		{ "bare", "bare", 0, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct domain_config c;
		char path[64], *text;

		snprintf(path, sizeof(path), "tests/e2e/configs/%s.cfg",
			 files[i].path);
		text = config_load(path, NULL, 0);
		assert_non_null(text);
		assert_int_equal(read_config(&c, text), 0);
		assert_null(strstr(said, "unknown"));
		assert_string_equal(c.name, files[i].name);
		assert_int_equal(c.disk_count, files[i].disks);
		assert_int_equal(c.vif_count, files[i].vifs);
		config_free(&c);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(everything),
		cmocka_unit_test(command_lines),
		cmocka_unit_test(complaints),
		cmocka_unit_test(warnings),
		cmocka_unit_test(processors),
		cmocka_unit_test(processors_refused),
		cmocka_unit_test(silent_ones),
		cmocka_unit_test(further_lines),
		cmocka_unit_test(files_in_the_wild),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
