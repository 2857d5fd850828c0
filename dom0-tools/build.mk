# SPDX-License-Identifier: GPL-2.0-only
#
# dom0's programs. Each folder is a program of the same name; all share lib/.
# They are static and go to build/dom0-tools/bin.

T_LIB := $(wildcard dom0-tools/lib/*.c dom0-tools/lib/*/*.c)
T_PROGS := $(foreach p,xenstored xl consoled,$(if \
	$(wildcard dom0-tools/$(p)/main.c),$(p)))
PROGS += $(T_PROGS:%=dom0-tools/bin/%)
$(foreach p,$(T_PROGS),$(eval SRCS_dom0-tools/bin/$(p) := \
	$(wildcard dom0-tools/$(p)/*.c) $(T_LIB)))
$(foreach p,$(T_PROGS),$(eval LIBS_dom0-tools/bin/$(p) := \
	-luuid -lz -llzma -llz4 -lzstd -lpthread))
