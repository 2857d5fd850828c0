# SPDX-License-Identifier: GPL-2.0-only
#
# awk -v dir=DIR -f tree.awk: a tree of C files that any compiler takes: the
# same bytes each time. 20 files of 60 functions with loops, switches, tables
# and structures, a header all include; nothing is taken from a libc.

function function_text(file, f,    name, i) {
	name = "f" file "_" f
	print "static const int table_" name "[] = { " f ", " file ", 3, 5 };" > out
	print "int " name "(struct item *it, int n)\n{" > out
	print "\tint i, sum = " (f * 7 + file) ";\n" > out
	print "\tfor (i = 0; i < n; i++) {" > out
	print "\t\tswitch ((it[i].key + i) % 5) {" > out
	for (i = 0; i < 4; i++)
		print "\t\tcase " i ": sum += it[i].value * " (i + f) \
			" - table_" name "[" i "]; break;" > out
	print "\t\tdefault: sum ^= (int)(it[i].key << " (f % 8) ");\n\t\t}" > out
	print "\t\tif (sum > LIMIT(" (f * 100) "))\n\t\t\tsum -= it[i].value;" > out
	print "\t\tit[i].next = i + 1 < n ? &it[i + 1] : 0;\n\t}" > out
	if (f > 0)
		print "\treturn sum + f" file "_" (f - 1) "(it, n / 2);\n}\n" > out
	else
		print "\treturn sum;\n}\n" > out
}
BEGIN {
	out = dir "/include/item.h"
	print "#ifndef ITEM_H\n#define ITEM_H\n#define LIMIT(x) ((x) * 3 + 1)" > out
	print "struct item { unsigned int key; int value; struct item *next; };" > out
	for (i = 0; i < 400; i++)
		print "enum kind_" i " { KIND_" i "_A = " i ", KIND_" i "_B };\n" \
			"extern int shared_" i "(struct item *, enum kind_" i ");" > out
	print "#endif" > out
	close(out)
	for (file = 0; file < 20; file++) {
		out = sprintf("%s/file%02d.c", dir, file)
		print "#include \"item.h\"\n" > out
		for (f = 0; f < 60; f++)
			function_text(file, f)
		close(out)
	}
}
