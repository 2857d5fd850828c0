// SPDX-License-Identifier: GPL-2.0-only
/* Disk and NIC specifications: every form users write, and refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xl/spec.h"

static void device_numbers(void **state)
{
	static const struct {
		const char *name;
		uint32_t devid;
	} good[] = {
		{ "xvda", 51712 }, { "xvda1", 51713 }, { "xvdb", 51728 },
		{ "xvdp15", 51967 }, { "xvdq", 268439552 },
		{ "xvda16", 268435472 }, { "xvdaa", 268442112 },
		{ "hda", 768 }, { "hdb1", 833 }, { "hdc", 5632 },
		{ "sda", 2048 }, { "sdb2", 2066 }, { "d0", 51712 },
		{ "d2p3", 51747 }, { "51712", 51712 },
	};
	static const char *const bad[] = {
		"", "xvd", "xvdA", "xvda1x", "hde", "sdq", "sda16", "vda",
		"d", "d1p", "dp1", "xvda256", "xvdaaaaa", "99999999999",
	};
	uint32_t devid;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(vdev_to_devid(good[i].name, &devid));
		assert_int_equal(devid, good[i].devid);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(vdev_to_devid(bad[i], &devid));
}

static void disks(void **state)
{
	static const struct {
		const char *text, *target, *vdev, *format;
		bool writable;
	} cases[] = {
		{ "/a.img,raw,xvda,rw", "/a.img", "xvda", "raw", true },
		{ "/a.img,,xvda,r", "/a.img", "xvda", "raw", false },
		{ "phy:/dev/vg/a,hda,w", "/dev/vg/a", "hda", "raw", true },
		{ "/dev/vg/a,hda,w", NULL, NULL, NULL, false },
		{ "tap2:qcow2:/a,xvda,r", "/a", "xvda", "qcow2", false },
		{ "phy:/dev/vg/a,,hda,w", NULL, NULL, NULL, false },
		{ "file:/a,raw,hda1,ro", "/a", "hda1", "raw", false },
		{ "tap:aio:/a,raw,sda,w", "/a", "sda", "raw", true },
		{ "/a , qcow2 , xvdb , rw", "/a", "xvdb", "qcow2", true },
		{ "vdev=xvda, access=ro, target=/a,b=c", "/a,b=c", "xvda",
		  "raw", false },
		{ "format=raw,vdev=xvda,access=rw,target=/a", "/a", "xvda",
		  "raw", true },
		{ "/a,raw,hdc,devtype=cdrom", "/a", "hdc", "raw", false },
		{ ",,hdc:cdrom,r", "", "hdc", "raw", false },
		{ "/a,raw,xvda,w!", "/a", "xvda", "raw", true },
		{ "/a,raw,xvda,direct-io-safe,no-discard", "/a", "xvda",
		  "raw", true },
		{ "/a,raw", NULL, NULL, NULL, false },
		{ "raw,xvda", NULL, NULL, NULL, false },
		{ "/a,zip,xvda", NULL, NULL, NULL, false },
		{ "/a,raw,xvda,maybe", NULL, NULL, NULL, false },
		{ "/a,raw,xvda,r,more", NULL, NULL, NULL, false },
		{ "/a,raw,xvda,colour=red", NULL, NULL, NULL, false },
		{ "", NULL, NULL, NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *why = NULL;
		struct disk_spec d;
		int err = disk_spec_parse(&d, cases[i].text, &why);

		if (!cases[i].vdev) {
			assert_int_not_equal(err, 0);
			assert_non_null(why);
			disk_spec_free(&d);
			continue;
		}
		assert_int_equal(err, 0);
		assert_string_equal(d.target ? d.target : "",
				    cases[i].target);
		assert_string_equal(d.vdev, cases[i].vdev);
		assert_string_equal(d.format, cases[i].format);
		assert_int_equal(d.writable, cases[i].writable);
		disk_spec_free(&d);
	}
}

static void disk_flags(void **state)
{
	const char *why;
	struct disk_spec d;

	(void)state;
	assert_int_equal(disk_spec_parse(&d, "/a,raw,xvda,w!,no-discard,"
					 "direct-io-safe", &why), 0);
	assert_true(d.shared);
	assert_false(d.discard);
	assert_true(d.direct_io_safe);
	disk_spec_free(&d);
	assert_int_equal(disk_spec_parse(&d, "nbd:host:1,raw,xvda", &why), 0);
	assert_string_equal(d.script, "block-nbd");
	assert_string_equal(d.target, "host:1");
	disk_spec_free(&d);
}

static void vifs(void **state)
{
	static const uint8_t mac[6] = { 0, 0x16, 0x3e, 0xab, 0xcd, 0xef };
	static const char *const bad[] = {
		"bridge", "mac=1:2:3:4:5:6", "mac=00:16:3e:00:00", "colour=red",
		"mac=01:00:5e:00:00:01", "mtu=big", "mtu=70000", "devid=-1",
	};
	const char *why;
	struct vif_spec v;

	(void)state;
	assert_int_equal(vif_spec_parse(&v, "", &why), 0);
	assert_false(v.has_mac);
	assert_int_equal(v.devid, -1);
	vif_spec_free(&v);
	assert_int_equal(vif_spec_parse(&v, "mac=00:16:3E:ab:cd:ef, bridge=br1,"
					"vifname=web0,mtu=9000,ip=10.0.0.2,"
					"model=e1000,type=vif", &why), 0);
	assert_true(v.has_mac);
	assert_memory_equal(v.mac, mac, 6);
	assert_string_equal(v.bridge, "br1");
	assert_string_equal(v.vifname, "web0");
	assert_int_equal(v.mtu, 9000);
	vif_spec_free(&v);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		why = NULL;
		assert_int_not_equal(vif_spec_parse(&v, bad[i], &why), 0);
		assert_non_null(why);
		vif_spec_free(&v);
	}
}

/* What is written down is read back as the same device. */
static void written_and_read(void **state)
{
	static const char *const disks[] = {
		"/srv/a.img,raw,xvda,w", "phy:/dev/vg/b,hdc:cdrom,r",
		"vdev=xvdb,access=w!,discard,target=/srv/with,comma=1",
		"format=raw,vdev=xvdd,direct-io-safe,target=/x",
	};
	static const char *const vifs[] = {
		"mac=00:16:3e:00:11:22,devid=3",
		"mac=00:16:3e:00:11:22,devid=0,bridge=br0,vifname=v,ip=1.2.3.4",
		"mac=00:16:3e:00:11:22,devid=1,rate=1Mb/s,mtu=9000",
	};
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof(disks) / sizeof(disks[0]); i++) {
		struct disk_spec a = { 0 }, b = { 0 };
		char *text, *again;

		assert_int_equal(disk_spec_parse(&a, disks[i], &why), 0);
		text = disk_spec_format(&a);
		assert_int_equal(disk_spec_parse(&b, text, &why), 0);
		again = disk_spec_format(&b);
		assert_string_equal(text, again);
		assert_string_equal(a.target, b.target);
		assert_int_equal(a.devid, b.devid);
		assert_int_equal(a.writable, b.writable);
		assert_int_equal(a.shared, b.shared);
		assert_int_equal(a.cdrom, b.cdrom);
		assert_int_equal(a.discard, b.discard);
		assert_int_equal(a.direct_io_safe, b.direct_io_safe);
		free(text);
		free(again);
		disk_spec_free(&a);
		disk_spec_free(&b);
	}
	for (size_t i = 0; i < sizeof(vifs) / sizeof(vifs[0]); i++) {
		struct vif_spec a = { 0 }, b = { 0 };
		char *text, *again;

		assert_int_equal(vif_spec_parse(&a, vifs[i], &why), 0);
		text = vif_spec_format(&a);
		assert_int_equal(vif_spec_parse(&b, text, &why), 0);
		again = vif_spec_format(&b);
		assert_string_equal(text, again);
		assert_string_equal(text, vifs[i]);
		assert_int_equal(a.mtu, b.mtu);
		free(text);
		free(again);
		vif_spec_free(&a);
		vif_spec_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(device_numbers),
		cmocka_unit_test(disks),
		cmocka_unit_test(disk_flags),
		cmocka_unit_test(vifs),
		cmocka_unit_test(written_and_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
