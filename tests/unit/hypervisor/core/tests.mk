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

# Privileged instructions and ports (a guest with one: tests/fakes/privop.c).
UNIT_TESTS += hypervisor/core/privop hypervisor/core/ports
SRCS_hypervisor/core/privop := $(HV_ENTER) $(HV_INSN) tests/fakes/privop.c \
	$(patsubst %,hypervisor/core/%.c,privop msr cpuid cpuid_policy control \
	debugreg desc fetch ports pci)
SRCS_hypervisor/core/ports := $(SRCS_hypervisor/core/privop)

UNIT_TESTS += hypervisor/core/cpuid
SRCS_hypervisor/core/cpuid := $(patsubst %,hypervisor/core/%.c,cpuid \
	cpuid_policy)

UNIT_TESTS += hypervisor/core/ptwr
SRCS_hypervisor/core/ptwr := $(HV_ENTER) $(HV_INSN) \
	$(patsubst %,hypervisor/core/%.c,ptwr fetch desc)
# Memory: frames, heap, page tables (all need the fake machine).
MM_CORE := $(addprefix hypervisor/core/,frame.c frame_owner.c heap.c pool.c \
	m2p.c pte.c pt.c pt_root.c pt_update.c pt_walk.c pt_grant.c pt_audit.c \
	dom_mm.c desc.c) tests/fakes/arch.c tests/fakes/dom.c
UNIT_TESTS += $(addprefix hypervisor/core/,heap pool pte frame pt)
SRCS_hypervisor/core/heap := $(MM_CORE)
SRCS_hypervisor/core/pool := $(MM_CORE)
SRCS_hypervisor/core/frame := $(MM_CORE)
SRCS_hypervisor/core/pt := $(MM_CORE)
SRCS_hypervisor/core/pte := hypervisor/core/pte.c

# Events and grants.
EVTCHN_CORE := $(MM_CORE) tests/fakes/sched.c tests/fakes/evtchn.c \
	hypervisor/core/evtchn.c hypervisor/core/evtchn_2l.c \
	hypervisor/core/evtchn_info.c
UNIT_TESTS += hypervisor/core/evtchn hypervisor/core/evtchn_2l
SRCS_hypervisor/core/evtchn := $(EVTCHN_CORE)
SRCS_hypervisor/core/evtchn_2l := $(EVTCHN_CORE)
GRANT_TEST := $(MM_CORE) tests/unit/hypervisor/core/grant_scene.c \
	tests/fakes/grants.c $(addprefix hypervisor/core/,grant.c grant_map.c \
	grant_copy.c)
UNIT_TESTS += hypervisor/core/grant hypervisor/core/grant_map
SRCS_hypervisor/core/grant := $(GRANT_TEST)
SRCS_hypervisor/core/grant_map := $(GRANT_TEST)
UNIT_TESTS += hypervisor/core/joint
SRCS_hypervisor/core/joint = $(MM_CORE) hypervisor/core/joint.c
