#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# pure.sh: hypervisor/{lib,core,call} and frontend-drivers/core think and do not
# touch the machine.
#
# Disassembles their objects and fails on each instruction that is privileged
# or reads the machine's state. One case per object. First it checks itself on
# a planted object that holds every such instruction.

cd "${0%/*}/../.." || exit 2
B=build
fails=0
passes=0

# What objdump prints for them: mnemonics, and any use of a control, debug or
# descriptor register.
words='cli|sti|hlt|in[bwl]?|out[bwl]?|ins[bwl]?|outs[bwl]?|lgdt[q]?|lidt[q]?'
words+='|lldt|ltr|sgdt|sidt|sldt|str|lmsw|smsw[lqw]?|clts|invlpg|invpcid|invd'
words+='|wbinvd|wbnoinvd|rdmsr|wrmsr|rdpmc|rdtscp?|cpuid|xsetbv|xgetbv|swapgs'
words+='|sysret[lq]?|sysexit[lq]?|syscall|sysenter|iret[qwl]?|int|int3|monitor'
words+='|mwait|(rd|wr)[fg]sbase|clac|stac|vmrun|vmmcall|vmcall|xsaves?|xrstors?'
words+='|fx(save|rstor)(64)?|xsave(opt|c|64|opt64|c64)?|xrstor(64)?'
bad="[0-9a-f]:[[:space:]]+(rep |repz |repnz |lock |cs |ds |data16 |rex\.W )*"
bad+="(($words)([[:space:]]|$)|mov[a-z]* .*%(cr|db|dr)[0-9])"

check() {
	local hits
	hits=$(objdump -d --no-show-raw-insn "$1" | grep -aE "$bad" | head -5)
	[ -z "$hits" ] && return 0
	echo "FAIL $1 touches the machine:"
	echo "$hits" | sed 's/^/    /'
	return 1
}

t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
n=0
found=0
while IFS= read -r insn; do
	n=$((n + 1))
	echo "$insn" | gcc -x assembler -c -o "$t/p.o" - || exit 2
	if check "$t/p.o" >/dev/null; then
		echo "FAIL pure.sh: does not see '$insn'"
		fails=$((fails + 1))
	else
		found=$((found + 1))
	fi
done <<'X'
cli
sti
hlt
inb $0x60, %al
outb %al, %dx
rep insb
lgdt (%rax)
lidt (%rax)
ltr %ax
invlpg (%rax)
rdmsr
wrmsr
rdtsc
cpuid
swapgs
sysretq
iretq
mov %cr3, %rax
mov %rax, %cr4
mov %rax, %dr7
xsetbv
wrfsbase %rax
X
[ $found = $n ] && passes=$((passes + 1))
echo 'mov (%rdi), %rax; lock cmpxchg %rcx, (%rdi); pause' |
	gcc -x assembler -c -o "$t/p.o" -
if check "$t/p.o"; then
	passes=$((passes + 1))
else
	fails=$((fails + 1))
fi

for o in $B/hypervisor/{lib,core,call}/*.o $B/frontend-drivers/core/*.o; do
	[ -e "$o" ] || continue
	if check "$o"; then
		passes=$((passes + 1))
	else
		fails=$((fails + 1))
	fi
done
echo "[  PASSED  ] $passes test(s)."
[ $fails = 0 ] || { echo "[  FAILED  ] $fails test(s), listed above"; exit 1; }
