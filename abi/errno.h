/* SPDX-License-Identifier: MIT */
/*
 * Error numbers of the interface. A call that fails returns one of them
 * negated in rax. The values are Linux's on x86, whatever the guest is.
 *
 * XY_ERESTART is ours alone: it says "run the call again" inside the
 * hypervisor and must never be seen by a guest.
 *
 * Assembly-safe. No lock, no state.
 */
#ifndef XY_ABI_ERRNO_H
#define XY_ABI_ERRNO_H

#define XY_EPERM		1
#define XY_ENOENT		2
#define XY_ESRCH		3
#define XY_EINTR		4	/* not part of the public list */
#define XY_EIO			5
#define XY_ENXIO		6
#define XY_E2BIG		7
#define XY_ENOEXEC		8
#define XY_EBADF		9
#define XY_ECHILD		10
#define XY_EAGAIN		11
#define XY_ENOMEM		12
#define XY_EACCES		13
#define XY_EFAULT		14
#define XY_EBUSY		16
#define XY_EEXIST		17
#define XY_EXDEV		18
#define XY_ENODEV		19
#define XY_ENOTDIR		20
#define XY_EISDIR		21
#define XY_EINVAL		22
#define XY_ENFILE		23
#define XY_EMFILE		24
#define XY_ENOSPC		28
#define XY_EROFS		30
#define XY_EMLINK		31
#define XY_EDOM			33
#define XY_ERANGE		34
#define XY_EDEADLK		35
#define XY_ENAMETOOLONG		36
#define XY_ENOLCK		37
#define XY_ENOSYS		38
#define XY_ENOTEMPTY		39
#define XY_ENODATA		61
#define XY_ETIME		62
#define XY_EPROTO		71	/* not part of the public list */
#define XY_EBADMSG		74
#define XY_EOVERFLOW		75
#define XY_EILSEQ		84
#define XY_ERESTART		85	/* never reaches a guest */
#define XY_ENOTSOCK		88
#define XY_EMSGSIZE		90
#define XY_EOPNOTSUPP		95
#define XY_EADDRINUSE		98
#define XY_EADDRNOTAVAIL	99
#define XY_ENOBUFS		105
#define XY_EISCONN		106
#define XY_ENOTCONN		107
#define XY_ETIMEDOUT		110
#define XY_ECONNREFUSED		111

#endif /* XY_ABI_ERRNO_H */
