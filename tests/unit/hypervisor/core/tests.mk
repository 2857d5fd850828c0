# SPDX-License-Identifier: GPL-2.0-only

# The processor: instructions, frames, registers (machine: tests/fakes/cpu.c).
HV_INSN := hypervisor/core/insn.c hypervisor/core/insn_exec.c
HV_ENTER := tests/fakes/cpu.c hypervisor/core/bounce.c hypervisor/core/mode.c

UNIT_TESTS += hypervisor/core/insn
SRCS_hypervisor/core/insn := $(HV_INSN)

UNIT_TESTS += hypervisor/core/desc
SRCS_hypervisor/core/desc := hypervisor/core/desc.c

UNIT_TESTS += hypervisor/core/bounce
SRCS_hypervisor/core/bounce := $(HV_ENTER) hypervisor/call/iret.c

UNIT_TESTS += hypervisor/core/privop
SRCS_hypervisor/core/privop := $(HV_ENTER) $(HV_INSN) \
	$(patsubst %,hypervisor/core/%.c,privop msr cpuid cpuid_policy control \
	debugreg desc fetch ports pci)

UNIT_TESTS += hypervisor/core/cpuid
SRCS_hypervisor/core/cpuid := $(patsubst %,hypervisor/core/%.c,cpuid \
	cpuid_policy)

UNIT_TESTS += hypervisor/core/ptwr
SRCS_hypervisor/core/ptwr := $(HV_ENTER) $(HV_INSN) \
	$(patsubst %,hypervisor/core/%.c,ptwr fetch desc)
