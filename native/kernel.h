/*
 * The kernel's own interface for programs without a C library: system calls by number, and the few constants and
 * structures that the programs here use. x86_64 and aarch64; both are little-endian with 64-bit longs.
 */
#ifndef MINKE_KERNEL_H
#define MINKE_KERNEL_H

#if defined(__x86_64__)
enum {
  NR_read = 0, NR_write = 1, NR_close = 3, NR_rt_sigaction = 13, NR_rt_sigprocmask = 14, NR_ioctl = 16,
  NR_getpid = 39, NR_socket = 41, NR_connect = 42, NR_recvmsg = 47, NR_shutdown = 48, NR_bind = 49, NR_listen = 50,
  NR_setsockopt = 54, NR_clone = 56, NR_execve = 59, NR_wait4 = 61, NR_kill = 62, NR_fcntl = 72, NR_flock = 73, NR_chdir = 80, NR_umask = 95, NR_setsid = 112, NR_setpgid = 109, NR_prctl = 157,
  NR_rt_sigtimedwait = 128, NR_clock_gettime = 228, NR_exit_group = 231, NR_epoll_ctl = 233, NR_openat = 257,
  NR_unlinkat = 263, NR_renameat = 264, NR_ppoll = 271, NR_splice = 275, NR_epoll_pwait = 281, NR_accept4 = 288,
  NR_signalfd4 = 289, NR_epoll_create1 = 291, NR_dup3 = 292, NR_pipe2 = 293, NR_execveat = 322, NR_pidfd_open = 434,
};
/* sys(number, up to six arguments): the arguments move one register down, the number goes to rax. */
__asm__(".globl sys\n"
        "sys:\n"
        "  mov %rdi, %rax\n"
        "  mov %rsi, %rdi\n"
        "  mov %rdx, %rsi\n"
        "  mov %rcx, %rdx\n"
        "  mov %r8, %r10\n"
        "  mov %r9, %r8\n"
        "  mov 8(%rsp), %r9\n"
        "  syscall\n"
        "  ret\n"
        ".globl _start\n"
        "_start:\n"
        "  mov %rsp, %rdi\n"
        "  and $-16, %rsp\n"
        "  call begin\n"
        "  hlt\n");
#elif defined(__aarch64__)
enum {
  NR_epoll_create1 = 20, NR_epoll_ctl = 21, NR_epoll_pwait = 22, NR_dup3 = 24, NR_fcntl = 25, NR_ioctl = 29, NR_flock = 32,
  NR_unlinkat = 35, NR_renameat = 38, NR_chdir = 49, NR_openat = 56, NR_close = 57, NR_pipe2 = 59, NR_read = 63, NR_write = 64,
  NR_ppoll = 73, NR_signalfd4 = 74, NR_splice = 76, NR_exit_group = 94, NR_clock_gettime = 113,
  NR_kill = 129, NR_rt_sigaction = 134, NR_rt_sigprocmask = 135, NR_rt_sigtimedwait = 137, NR_setpgid = 154,
  NR_setsid = 157, NR_umask = 166, NR_prctl = 167, NR_getpid = 172, NR_socket = 198, NR_bind = 200, NR_listen = 201,
  NR_connect = 203, NR_setsockopt = 208, NR_shutdown = 210, NR_recvmsg = 212, NR_clone = 220, NR_execve = 221, NR_accept4 = 242, NR_wait4 = 260, NR_execveat = 281,
  NR_pidfd_open = 434,
};
__asm__(".globl sys\n"
        "sys:\n"
        "  mov x8, x0\n"
        "  mov x0, x1\n"
        "  mov x1, x2\n"
        "  mov x2, x3\n"
        "  mov x3, x4\n"
        "  mov x4, x5\n"
        "  mov x5, x6\n"
        "  svc #0\n"
        "  ret\n"
        ".globl _start\n"
        "_start:\n"
        "  mov x0, sp\n"
        "  and sp, x0, #-16\n"
        "  bl begin\n"
        "  brk #0\n");
#else
#error "minke's native programs know x86_64 and aarch64"
#endif

/* The result is -errno on failure. Arguments are widened by the casts in the macro. */
long sys(long number, long a, long b, long c, long d, long e, long f);
#define call(name, a, b, c, d) sys(NR_##name, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)

enum {
  O_RDONLY = 0, O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0100, O_TRUNC = 01000, O_NONBLOCK = 04000, O_CLOEXEC = 02000000,
  AT_FDCWD = -100, AT_EMPTY_PATH = 0x1000,
  EINTR = 4, ECHILD = 10, EAGAIN = 11, EACCES = 13, ENOENT = 2, ENFILE = 23, EMFILE = 24, EINPROGRESS = 115,
  SIGHUP = 1, SIGINT = 2, SIGKILL = 9, SIGPIPE = 13, SIGTERM = 15, SIGCHLD = 17, SIGTSTP = 20, SIGTTIN = 21, SIGTTOU = 22,
  SIG_DFL = 0, SIG_IGN = 1, SIG_BLOCK = 0, SIG_UNBLOCK = 1, SIG_SETMASK = 2,
  WNOHANG = 1,
  POLLIN = 1, POLLOUT = 4,
  PR_SET_CHILD_SUBREAPER = 36,
  F_SETFD = 2, FD_CLOEXEC = 1, F_SETFL = 4, O_NOCTTY = 0400,
  TIOCSPGRP = 0x5410, TIOCSWINSZ = 0x5414, TIOCGPTPEER = 0x5441,
  AF_UNIX = 1, SOCK_STREAM = 1, SOL_SOCKET = 1, SCM_RIGHTS = 1, MSG_CMSG_CLOEXEC = 0x40000000,
  CLOCK_REALTIME = 0, LOCK_EX = 2,
};

struct pollfd { int fd; short events, revents; };
struct timespec { long sec, nsec; };
struct winsize { unsigned short rows, cols, x, y; };
struct sigaction { long handler; unsigned long flags; long restorer; unsigned long mask; };
struct sockaddr_un { unsigned short family; char path[108]; };
struct iovec { void *base; unsigned long length; };
struct msghdr {
  void *name; int name_length; struct iovec *iov; unsigned long iov_length;
  void *control; unsigned long control_length; int flags;
};
struct rights { unsigned long length; int level, type, fd, padding; };

static void set_signal(int number, long handler) {
  struct sigaction action = { handler, 0, 0, 0 };
  call(rt_sigaction, number, &action, 0, 8);
}

static void mask_signals(int how, unsigned long mask) { call(rt_sigprocmask, how, &mask, 0, 8); }

/* Children start with no signal blocked and none ignored, also those that whoever started us left ignored. */
static void default_signals(void) {
  for (int number = 1; number <= 64; number++) set_signal(number, SIG_DFL);
  mask_signals(SIG_SETMASK, 0);
}

static long fork(void) { return call(clone, SIGCHLD, 0, 0, 0); }

static void leave(int status) {
  for (;;) call(exit_group, status, 0, 0, 0);
}

static unsigned long length_of(const char *text) {
  unsigned long n = 0;
  while (text[n]) n++;
  return n;
}

/* Appends; the caller's buffer is large enough by construction. */
static char *put_text(char *at, const char *text) {
  while (*text) *at++ = *text++;
  return at;
}

static char *put_number(char *at, long number) {
  char digits[20];
  int n = 0;
  if (number < 0) { *at++ = '-'; number = -number; }
  do { digits[n++] = '0' + number % 10; number /= 10; } while (number > 0);
  while (n > 0) *at++ = digits[--n];
  return at;
}

static long number_of(const char *text) {
  long number = 0;
  while (*text >= '0' && *text <= '9') number = number * 10 + (*text++ - '0');
  return number;
}

/* Compilers may call these for what looks like a plain loop or assignment. */
void *memset(void *at, int value, unsigned long length) {
  volatile char *bytes = at;
  while (length-- > 0) *bytes++ = (char)value;
  return at;
}

void *memcpy(void *to, const void *from, unsigned long length) {
  volatile char *target = to;
  const char *source = from;
  while (length-- > 0) *target++ = *source++;
  return to;
}

#endif
