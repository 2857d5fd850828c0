// SPDX-License-Identifier: GPL-2.0-only
/*
 * Our disk specifications against those of Xen's own tools (libxlutil).
 *
 * Texts are made at random of the words people write. What libxlutil takes,
 * we take, with the same meaning; we take more (blanks around words, mode w!,
 * a format behind an old prefix), and refuse device names that are none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libxl.h>
#include <libxlutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xl/spec.h"

#define ROUNDS 40000

static const char *const words[] = {
	"/a.img", "/dev/vg/a", "phy:/dev/a", "file:/b", "tap:aio:/c",
	"tap2:qcow2:/d", "aio:/e", "raw:/f", "iscsi:iqn.x", "nbd:h", "raw",
	"raw", "qcow2", "vhd", "", "xvda", "xvda", "hdc", "hdc:cdrom",
	"sda1", "d3", "w", "r", "rw", "ro", "vdev=xvdb", "format=raw",
	"access=ro", "devtype=cdrom", "devtype=disk", "cdrom", "discard",
	"no-discard", "direct-io-safe", "backendtype=phy", "backend=dom2",
	"script=block-y", "target=/t,u=v", "bogus", "bogus=1",
};

static uint64_t seed = 88172645463325252ull;

static unsigned int below(unsigned int n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned int)(seed % n);
}

static void make_text(char *p)
{
	unsigned int n = 1 + below(5);

	for (unsigned int i = 0; i < n; i++) {
		if (i)
			*p++ = ',';
		p = stpcpy(p, words[below(sizeof(words) / sizeof(words[0]))]);
	}
	*p = 0;
}

/* Without a target libxlutil takes the words that follow in another order. */
static bool has_target(const char *text)
{
	return *text != ',' && *text != 0;
}

static const char *format_name(libxl_disk_format f)
{
	switch (f) {
	case LIBXL_DISK_FORMAT_QCOW:
		return "qcow";
	case LIBXL_DISK_FORMAT_QCOW2:
		return "qcow2";
	case LIBXL_DISK_FORMAT_VHD:
		return "vhd";
	case LIBXL_DISK_FORMAT_QED:
		return "qed";
	default:
		return "raw";	/* an empty drive has no format */
	}
}

static void same_text(const char *ours, const char *theirs)
{
	assert_string_equal(ours ? ours : "", theirs ? theirs : "");
}

static void compare(const char *text, const libxl_device_disk *x)
{
	struct disk_spec d;
	const char *why = NULL;
	uint32_t devid;

	if (disk_spec_parse(&d, text, &why)) {
		/* They leave it to others to look at names and targets. */
		if (vdev_to_devid(x->vdev, &devid) && x->pdev_path &&
		    *x->pdev_path)
			fail_msg("refused '%s': %s", text, why);
		disk_spec_free(&d);
		return;
	}
	same_text(d.target, x->pdev_path);
	same_text(d.vdev, x->vdev);
	if (x->format != LIBXL_DISK_FORMAT_EMPTY &&
	    strcmp(d.format, format_name(x->format)))
		fail_msg("format of %s is %s", text, format_name(x->format));
	same_text(d.script, x->script);
	same_text(d.backend, x->backend_domname);
	assert_int_equal(d.writable, x->readwrite);
	assert_int_equal(d.cdrom, x->is_cdrom);
	assert_int_equal(d.direct_io_safe, x->direct_io_safe);
	if (!libxl_defbool_is_default(x->discard_enable))
		assert_int_equal(d.discard,
				 libxl_defbool_val(x->discard_enable));
	disk_spec_free(&d);
}

static void both_agree(void **state)
{
	FILE *sink = fopen("/dev/null", "w");
	XLU_Config *config = xlu_cfg_init(sink, "t");
	unsigned int accepted = 0;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		libxl_device_disk x;
		char text[256];
		const char *p = text;

		make_text(text);
		libxl_device_disk_init(&x);
		if (has_target(text) &&
		    xlu_disk_parse(config, 1, &p, &x) == 0) {
			accepted++;
			compare(text, &x);
		}
		libxl_device_disk_dispose(&x);
	}
	xlu_cfg_destroy(config);
	fclose(sink);
	assert_true(accepted > ROUNDS / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
