#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# modules.sh KERNELDIR TREE NAME...: copy modules and all they depend on.
#
# KERNELDIR is what fetch.sh made. The files go to TREE/lib/modules, flat, and
# TREE/lib/modules/NAMES.list gets their paths in load order. The depends= line
# in each module is the source: no modules.dep and no kmod on the host needed.
# A name the package lacks is taken for built in and left out.

set -e
kdir=$1
tree=$2
list=$3
shift 3
mkdir -p "$tree/lib/modules"
: >"$tree/lib/modules/$list"

declare -A path seen
while read -r f; do
	n=${f##*/}
	n=${n%.ko}
	path[${n//-/_}]=$f
done < <(find "$kdir/lib" -name '*.ko')

add() {
	local n=${1//-/_} f d
	f=${path[$n]}
	[ -n "$f" ] && [ -z "${seen[$n]}" ] || return 0
	seen[$n]=1
	for d in $(tr '\0' '\n' <"$f" | sed -n 's/^depends=//p' |
		head -n 1 | tr ',' ' '); do
		add "$d"
	done
	cp "$f" "$tree/lib/modules/$n.ko"
	echo "/lib/modules/$n.ko" >>"$tree/lib/modules/$list"
}

for m; do
	add "$m"
done
