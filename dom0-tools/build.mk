# SPDX-License-Identifier: GPL-2.0-only
#
# dom0's programs: static, in build/dom0-tools/bin. xenstored, xl and consoled
# are the folders of those names; xl-supervisor is supervisor/ with all of xl
# but its main, since it makes and ends domains by the same code.

# The hypervisor's decoders serve dom0 too: dom0-tools/lib/README.md.
T_UNPACK := $(addprefix hypervisor/lib/,xz.c lzma.c bcj_x86.c inflate.c \
	inflate_table.c crc32.c)
$(foreach f,$(T_UNPACK) dom0-tools/lib/unpack.c,$(eval \
	USER_CFLAGS_$(f) := -Ihypervisor))
T_UNPACK += dom0-tools/lib/unpack.c
T_LIB := $(wildcard dom0-tools/lib/*.c dom0-tools/lib/*/*.c) \
	$(filter hypervisor/%,$(T_UNPACK))
T_PROGS := $(foreach p,xenstored xl consoled,$(if \
	$(wildcard dom0-tools/$(p)/main.c),$(p)))
$(foreach p,$(T_PROGS),$(eval SRCS_dom0-tools/bin/$(p) := \
	$(wildcard dom0-tools/$(p)/*.c) $(T_LIB)))

T_PROGS += xl-supervisor
SRCS_dom0-tools/bin/xl-supervisor := $(wildcard dom0-tools/supervisor/*.c) \
	$(filter-out dom0-tools/xl/main.c,$(wildcard dom0-tools/xl/*.c)) \
	$(T_LIB)

PROGS += $(T_PROGS:%=dom0-tools/bin/%)
$(foreach p,$(T_PROGS),$(eval LIBS_dom0-tools/bin/$(p) := \
	-llz4 -lzstd))
