/*
 * minke-init [--] PROGRAM [ARGUMENT ...]
 *
 * PID 1 of a container that asked for one (`--init`): starts the program in a process group of its own with the
 * terminal, passes signals on to it, reaps whatever else ends, and leaves with the program's status (128+n for a
 * signal n) as soon as it ends.
 */
#include "kernel.h"

static const char *value_of(char **environment, const char *name) {
  unsigned long length = length_of(name);
  for (; *environment; environment++) {
    unsigned long n = 0;
    while (n < length && (*environment)[n] == name[n]) n++;
    if (n == length && (*environment)[n] == '=') return *environment + length + 1;
  }
  return 0;
}

/* execvp(3): a name without a slash is looked for in PATH. Returns the errno that says most. */
static long execute(char **argv, char **environment) {
  char path[4096 + 256];
  const char *name = argv[0];
  long reason = ENOENT;
  for (const char *at = name; *at; at++) {
    if (*at == '/') return -call(execve, name, argv, environment, 0);
  }
  const char *folder = value_of(environment, "PATH");
  if (!folder) folder = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  while (*name) {
    unsigned long n = 0;
    while (folder[n] && folder[n] != ':') n++;
    if (n + length_of(name) + 2 <= sizeof path) {
      memcpy(path, folder, n);
      char *at = path + n;
      if (n > 0) *at++ = '/';
      *put_text(at, name) = 0;
      long error = -call(execve, path, argv, environment, 0);
      if (error == EACCES) reason = EACCES;
      else if (error != ENOENT && error != 20) return error;
    }
    if (!folder[n]) break;
    folder += n + 1;
  }
  return reason;
}

static void say(const char *what, const char *subject, long error) {
  char line[600], *at = put_text(line, "minke-init: ");
  at = put_text(at, what);
  if (length_of(subject) < 400) at = put_text(at, subject);
  at = put_text(at, error == ENOENT ? ": No such file or directory" : error == EACCES ? ": Permission denied" : ": errno ");
  if (error != ENOENT && error != EACCES) at = put_number(at, error);
  *at++ = '\n';
  call(write, 2, line, at - line, 0);
}

static void become(char **argv, char **environment) {
  /* Both would stop us when we take the terminal from the background. */
  set_signal(SIGTTOU, SIG_IGN);
  set_signal(SIGTTIN, SIG_IGN);
  call(setpgid, 0, 0, 0, 0);
  int group = (int)call(getpid, 0, 0, 0, 0);
  call(ioctl, 0, TIOCSPGRP, &group, 0);
  default_signals();
  long error = execute(argv, environment);
  say("exec ", argv[0], error);
  leave(error == ENOENT ? 127 : 126);
}

void begin(long *stack) {
  long argc = stack[0];
  char **argv = (char **)(stack + 1);
  char **environment = argv + argc + 1;
  char **program = argv + 1;
  if (*program && (*program)[0] == '-' && (*program)[1] == '-' && !(*program)[2]) program++;
  if (argc < 2 || !*program) {
    say("no program given", "", 22);
    leave(1);
  }

  unsigned long all = ~0UL;
  mask_signals(SIG_SETMASK, all);
  set_signal(SIGTTOU, SIG_IGN);
  set_signal(SIGTTIN, SIG_IGN);
  long child = fork();
  if (child < 0) {
    say("fork", "", -child);
    leave(1);
  }
  if (child == 0) become(program, environment);

  for (;;) {
    long number = call(rt_sigtimedwait, &all, 0, 0, 8);
    if (number > 0 && number != SIGCHLD) call(kill, child, number, 0, 0);
    if (number != SIGCHLD) continue;
    for (;;) {
      int status;
      long pid = call(wait4, -1, &status, WNOHANG, 0);
      if (pid <= 0) break;
      if (pid == child) leave(status & 0x7f ? 128 + (status & 0x7f) : (status >> 8) & 0xff);
    }
  }
}
