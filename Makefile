# SPDX-License-Identifier: GPL-2.0-only
#
# The one way in: build, run, test. Every folder says in its own build.mk what
# it makes; this file holds what they share (flags, generic rules, the verbs).
#
# Rules: everything that is made goes below build/; nothing is installed on the
# host except, for root, the Debian packages of DEB_PACKAGES that are missing.

MAKEFLAGS += --no-builtin-rules --no-builtin-variables
.DEFAULT_GOAL := all
.SUFFIXES:
.DELETE_ON_ERROR:
SHELL := /bin/bash

B := build
CC := gcc
CLANG := clang
OBJCOPY := objcopy
STRIP := strip
Q := $(if $(V),,@)

WARN := -Wall -Wextra -Werror -Wshadow -Wmissing-prototypes \
	-Wstrict-prototypes -Wundef -Wvla
INC := -I. -Ihypervisor

# Programs for dom0 and the host: static, so that the image needs no libraries.
USER_CFLAGS := -std=gnu11 -O2 -g -D_GNU_SOURCE $(WARN) -I.
USER_LDFLAGS := -static

.PHONY: all help clean
all:

-include hypervisor/build.mk
-include dom0-tools/build.mk
-include backend-drivers/build.mk
-include frontend-drivers/build.mk
-include dom0-tools/image/build.mk
include tests/build.mk

# --- user-space programs -------------------------------------------------
# A build.mk says:  PROGS += dom0-tools/bin/xl
#                   SRCS_dom0-tools/bin/xl := a.c b.c   LIBS_... := -lz
# and gets build/dom0-tools/bin/xl. Whatever lies in build/*/bin is packed into
# the dom0 image, /usr/sbin.
define prog_rule
$(B)/$(1): $(patsubst %.c,$(B)/user/%.o,$(SRCS_$(1)))
	@mkdir -p $$(@D)
	@echo "  LD    $$@"
	$$(Q)$(CC) $(USER_LDFLAGS) -o $$@ $$^ $(LIBS_$(1))
endef
$(foreach p,$(PROGS),$(eval $(call prog_rule,$(p))))
PROG_BINS := $(addprefix $(B)/,$(PROGS))
all: $(PROG_BINS)

$(B)/user/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(USER_CFLAGS) $(USER_CFLAGS_$(<)) -MMD -MP -c -o $@ $<

-include $(shell find $(B) -type f -name '*.d' 2>/dev/null)

clean:
	rm -rf $(B)

help:
	@echo 'make            build the hypervisor, the dom0 tools and the backends'
	@echo 'make run        boot Xylem, dom0 and a Debian guest in QEMU; check it'
	@echo 'make test       build, lint and run every test; one summary line'
	@echo 'make unit|model|abi|fuzz|lint|guest|micro|e2e    one stage of the tests'
	@echo 'make bench      Xylem, Xen 4.17, KVM and the bare machine on the same work'
	@echo 'make bench-table   the figures of the README, on a quiet machine'
	@echo 'make bench-micro   instructions per operation, beside Xen 4.17'
	@echo 'make gdb        boot stopped, with gdb attached to the hypervisor'
	@echo 'make image      the dom0 and guest images only'
	@echo 'make modules    the Linux frontends, as modules for the guest kernels'
	@echo 'make dkms       their sources, as DKMS takes them'
	@echo 'make clean      remove build/ (the package cache stays)'
	@echo
	@echo 'KERNEL_DEB= GUEST_KERNEL_DEB= KERNEL_612_DEB=   other kernel packages'
	@echo 'HEADERS_DEBS="A.deb B.deb"          header packages for make modules'
	@echo 'XYLEM_CACHE=$${XYLEM_CACHE:-~/.cache/xylem}        where packages are kept'
	@echo 'ACCEL=tcg|kvm  MEM=4096  V=1 (show commands)  U=pattern (unit: only those)'
