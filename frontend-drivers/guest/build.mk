# SPDX-License-Identifier: MIT
#
# The in-tree guest kernel: a library and the programs that are made with it.
#
#   GUEST_PROGS += hello             frontend-drivers/guest/hello/*.c
#   GUEST_SRCS_hello := more.c ...   instead of all of that folder
#
# gives build/frontend-drivers/guest/hello, an ELF that xl takes as kernel.
# A rule elsewhere depends on its objects and $(GUEST_DEPS), and links with
# $(guest_link).

AR := ar
GUEST := frontend-drivers/guest
GUEST_CFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-pic -mcmodel=kernel \
	-mno-red-zone -mgeneral-regs-only -fno-stack-protector \
	-fcf-protection=none -fno-asynchronous-unwind-tables $(WARN) -I.
GUEST_LIB := $(B)/$(GUEST)/guest.a
GUEST_START := $(B)/guest/$(GUEST)/start.S.o
GUEST_LIB_OBJS := $(patsubst %,$(B)/guest/%.o,$(wildcard $(GUEST)/*.c \
	$(GUEST)/net/*.c \
	frontend-drivers/core/*.c))
guest_link = $(CC) -nostdlib -static -no-pie -Wl,--build-id=none \
	-Wl,-z,noexecstack -Wl,-z,max-page-size=4096 \
	-Wl,--no-warn-rwx-segments -Wl,-T,$(GUEST)/guest.lds -o $@ \
	$(filter %.o,$^) $(GUEST_LIB)
GUEST_DEPS := $(GUEST_LIB) $(GUEST_START) $(GUEST)/guest.lds

$(B)/guest/%.o: %
	@mkdir -p $(@D)
	@echo "  CC    $< (guest)"
	$(Q)$(CC) $(GUEST_CFLAGS) $(GUEST_CFLAGS_$(<)) -MMD -MP -c -o $@ $<

# Made anew each time: a member whose source is gone must not stay.
$(GUEST_LIB): $(GUEST_LIB_OBJS)
	@mkdir -p $(@D)
	@echo "  AR    $@"
	$(Q)rm -f $@ && $(AR) rcs $@ $^

GUEST_PROGS := hello blkperf netperf httpd
define guest_prog_rule
$(B)/$(GUEST)/$(1): $(patsubst %,$(B)/guest/%.o,$(or $(GUEST_SRCS_$(1)), \
		$(wildcard $(GUEST)/$(1)/*.c))) $(GUEST_DEPS)
	@mkdir -p $$(@D)
	@echo "  LD    $$@"
	$$(Q)$$(guest_link) -Wl,--strip-debug
endef
$(foreach p,$(GUEST_PROGS),$(eval $(call guest_prog_rule,$(p))))
all: $(GUEST_LIB) $(GUEST_PROGS:%=$(B)/$(GUEST)/%)
