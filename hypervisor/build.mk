# SPDX-License-Identifier: GPL-2.0-only
#
# The hypervisor: every .c and .S of the five floors, freestanding, linked by
# xylem.lds into build/xylem.elf (for gdb and the lint) and flattened into
# build/xylem, which QEMU's Multiboot loader takes as it is.

HV_FLOORS := lib core call hw entry
HV_CFLAGS := -std=gnu11 -O2 -g -ffreestanding -fPIE -mcmodel=small \
	-fvisibility=hidden -mno-red-zone -mgeneral-regs-only \
	-fno-stack-protector -fcf-protection=none -fno-omit-frame-pointer \
	-fno-asynchronous-unwind-tables -fno-common -fno-strict-aliasing \
	-ffunction-sections -fdata-sections -flto=2 -ffat-lto-objects \
	$(WARN) $(INC) -I$(B)/hypervisor
HV_LDFLAGS := -nostdlib -static -Wl,--build-id=none -Wl,-z,noexecstack \
	-Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments \
	-Wl,--gc-sections -no-pie

HV_C := $(filter-out %/offsets.c,$(wildcard $(HV_FLOORS:%=hypervisor/%/*.c)))
HV_S := $(wildcard $(HV_FLOORS:%=hypervisor/%/*.S))
HV_C_OBJS := $(HV_C:%.c=$(B)/%.o)
HV_S_OBJS := $(HV_S:%.S=$(B)/%.S.o)
HV_OBJS := $(HV_C_OBJS) $(HV_S_OBJS)
HV_HOT := $(patsubst %,$(B)/hypervisor/hot_%.lds,\
	text data.rel.ro.local rodata data bss)
HV_OFFSETS := $(if $(wildcard hypervisor/entry/offsets.c),$(B)/hypervisor/entry/offsets.h)

ifneq ($(wildcard hypervisor/xylem.lds),)
all: $(B)/xylem
endif

.PHONY: hypervisor
hypervisor: $(B)/xylem

$(B)/xylem: $(B)/xylem.elf
	@echo "  FLAT  $@"
	$(Q)$(OBJCOPY) -O binary $< $@

# Optimised over all files at once.  The function names, for backtraces, go
# into a section that the linker left room for.
$(B)/xylem.elf: hypervisor/xylem.lds hypervisor/symbols.sh $(HV_HOT) $(HV_OBJS)
	@echo "  LTO   $@"
	$(Q)$(CC) $(HV_CFLAGS) -fwhole-program $(HV_LDFLAGS) -Wl,-T,$< -L$(B)/hypervisor \
		-Wl,-Map,$@.map -o $@.bare $(HV_OBJS)
	$(Q)sh hypervisor/symbols.sh $@.bare > $@.symbols
	$(Q)$(OBJCOPY) --update-section .symbols=$@.symbols $@.bare $@

# hot.txt, as the linker reads it: a list for each kind of section.
$(B)/hypervisor/hot_%.lds: hypervisor/hot.txt
	@mkdir -p $(@D)
	@echo "  GEN   $@"
	$(Q)sed -n 's/^[a-z].*/*(.$*.& .$*.&.*)/p' $< > $@

$(B)/hypervisor/%.o: hypervisor/%.c | $(HV_OFFSETS)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(HV_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/hypervisor/%.S.o: hypervisor/%.S $(HV_OFFSETS)
	@mkdir -p $(@D)
	@echo "  AS    $<"
	$(Q)$(CC) $(HV_CFLAGS) -D__ASSEMBLY__ -MMD -MP -c -o $@ $<

# offsets.c emits lines "->NAME value" into its assembly; they become a header
# that the .S files include as "entry/offsets.h".
$(B)/hypervisor/entry/offsets.h: hypervisor/entry/offsets.c
	@mkdir -p $(@D)
	@echo "  GEN   $@"
	$(Q)$(CC) $(HV_CFLAGS) -MMD -MP -MT $@ -MF $(@:.h=.d) -S -o $(@:.h=.s) $<
	$(Q)sed -n 's/^.*->\([A-Z0-9_]*\) \$$\?\(-\?[0-9]*\).*/#define \1 \2/p' \
		$(@:.h=.s) > $@
