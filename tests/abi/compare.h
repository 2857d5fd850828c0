/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Our headers and the distribution's (package libxen-dev) side by side, and
 * the words to compare them with. A comparison is a _Static_assert: a file
 * that compiles has passed. Each also draws a number from __COUNTER__, so that
 * the program can say how many there were.
 *
 *   K(n)		XY_n against n: value, and unsigned if that is
 *   K_XEN(n) KXEN(n) K__(n)	against XEN_n, XENn, __n
 *   KN(n, p)		XY_n against a number that is spelled otherwise
 *   S(t) SX(t)		size of struct xy_t against struct t, xen_t
 *   F(t, f) FX(t, f)	offset and size of one field
 *   FN(t, f, p) FXN	the same where the public field is called p
 *   U(t) UF(t, f) UX UFX	unions
 *   V(cond)		anything else
 *
 * Nothing here runs.
 */
#ifndef XY_TESTS_ABI_COMPARE_H
#define XY_TESTS_ABI_COMPARE_H

/* The whole interface, in its newest version. */
#define __XEN_TOOLS__ 1

#include <stddef.h>
#include <stdint.h>

#define V(cond) _Static_assert(__COUNTER__ >= 0 && (cond), #cond)

#define UNSIGNED(v) ((__typeof__(v))-1 > 0)
#define CONST(a, b, name)						\
	_Static_assert(__COUNTER__ >= 0 && (long long)(a) == (long long)(b), \
		       name " has another value");			\
	_Static_assert(__COUNTER__ >= 0 && UNSIGNED(a) >= UNSIGNED(b),	\
		       name " is unsigned in public")
#define K(n) CONST(XY_##n, n, #n)
#define K_XEN(n) CONST(XY_##n, XEN_##n, #n)
#define KXEN(n) CONST(XY_##n, XEN##n, #n)
#define K__(n) CONST(XY_##n, __##n, #n)
#define KN(n, p) CONST(XY_##n, p, #n)

#define SIZE(a, b) V(sizeof(a) == sizeof(b))
#define FIELD(a, f, b, p)						\
	V(offsetof(a, f) == offsetof(b, p));				\
	V(sizeof(((a *)0)->f) == sizeof(((b *)0)->p))
#define S(t) SIZE(struct xy_##t, struct t)
#define SX(t) SIZE(struct xy_##t, struct xen_##t)
#define U(t) SIZE(union xy_##t, union t)
#define F(t, f) FIELD(struct xy_##t, f, struct t, f)
#define FX(t, f) FIELD(struct xy_##t, f, struct xen_##t, f)
#define UX(t) SIZE(union xy_##t, union xen_##t)
#define UF(t, f) FIELD(union xy_##t, f, union t, f)
#define UFX(t, f) FIELD(union xy_##t, f, union xen_##t, f)
#define FN(t, f, p) FIELD(struct xy_##t, f, struct t, p)
#define FXN(t, f, p) FIELD(struct xy_##t, f, struct xen_##t, p)

/* Comparisons made in each file. */
extern const unsigned int compared_guest;
extern const unsigned int compared_memory;
extern const unsigned int compared_vcpu;
extern const unsigned int compared_device;
extern const unsigned int compared_domctl;
extern const unsigned int compared_sysctl;
extern const unsigned int compared_io;

#endif /* XY_TESTS_ABI_COMPARE_H */
