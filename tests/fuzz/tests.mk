# SPDX-License-Identifier: GPL-2.0-only

FUZZERS += insn
FUZZ_SRCS_insn := tests/fuzz/insn.c hypervisor/core/insn.c \
	hypervisor/core/insn_exec.c

FUZZERS += privop
FUZZ_SRCS_privop := tests/fuzz/privop.c tests/fakes/cpu.c \
	hypervisor/call/iret.c $(patsubst %,hypervisor/core/%.c,bounce mode \
	privop ptwr msr cpuid cpuid_policy control debugreg desc fetch insn \
	insn_exec ports pci)
