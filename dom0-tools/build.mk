# SPDX-License-Identifier: GPL-2.0-only
#
# dom0's programs: static, in build/dom0-tools/bin. xenstored, xl and consoled
# are the folders of those names; xl-supervisor is supervisor/ with all of xl
# but its main, since it makes and ends domains by the same code.

T_LIB := $(wildcard dom0-tools/lib/*.c dom0-tools/lib/*/*.c)
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
	-luuid -lz -llzma -llz4 -lzstd -lpthread))
