/*
 * minke-shim DIR FLAGS ROWS COLUMNS CWD PROGRAM [ARGUMENT ...]
 *
 * Stands between the keeper and one process of a container (its init or an exec). It starts the OCI runtime's command,
 * which starts that process and leaves; as the nearest subreaper the shim then is the process's parent. It holds
 * everything that would be lost if the keeper were killed: the FIFOs of input and output (so output waits in the
 * pipe), the terminal's master, and the exit status, which it writes down. It decides nothing and reads no config.
 *
 * In DIR, the task's folder, the keeper has made these FIFOs:
 *   control          from the keeper: messages of five bytes, see on_control
 *   status           to the keeper: the lines that the records below also hold
 *   stdout, stderr   what the process writes (a terminal's output: stdout; the runtime's own words then: stderr)
 *   stdin            where FLAGS has `i`
 *   held             output the keeper has taken and not yet written down; the shim only keeps it open
 * and the shim writes
 *   started          "started PID NANOSECONDS"  the process runs
 *   failed           "failed WAITSTATUS NANOSECONDS"  the runtime gave up; or "error STEP ERRNO NANOSECONDS"
 *   exit             "exit WAITSTATUS NANOSECONDS"
 * FLAGS: `i` open standard input, `t` a terminal (its master comes through console.sock), `n` no `held`, `s` descriptor
 * 3 is a sealed copy of PROGRAM that is run in its place where the host lets us, `-` none; last, `oNUMBER` the OOM score that the runtime begins with and hands on (crun sets none for an exec).
 * The runtime writes the process's pid to the file `pid`. Its environment is the shim's own.
 */
#include "kernel.h"

enum { BUFFER = 4096, SEALED = 3 };

/* Bytes on their way through a terminal, one direction. */
struct pipe_way {
  int from, to;
  unsigned long start, end;
  char *data;
};

static int control, status, signals, hold_stdin = -1;
static int listener = -1, master = -1;
static struct winsize size;
static char out_data[BUFFER], in_data[BUFFER];
static struct pipe_way out = { -1, -1, 0, 0, out_data }, in = { -1, -1, 0, 0, in_data };
static long runtime, process;
static int runtime_ended, ended, hung_up;
/* How a runtime ended that gave up; its record waits until the processes that it left are gone. */
static int failure;
/* Of a process that is not our child, because its runtime gave it another parent: its status can't be known. */
static int stranger = -1;

static long now(void) {
  struct timespec time;
  call(clock_gettime, CLOCK_REALTIME, &time, 0, 0);
  return time.sec * 1000000000L + time.nsec;
}

/* A record appears whole or not at all; then the keeper hears the same line. */
static void record(const char *name, const char *word, long a, long b, int both) {
  char line[160], *at = put_text(line, word);
  *at++ = ' ';
  at = put_number(at, a);
  if (both) { *at++ = ' '; at = put_number(at, b); }
  *at++ = ' ';
  at = put_number(at, now());
  *at++ = '\n';
  long fd = call(openat, AT_FDCWD, "record.tmp", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  call(write, fd, line, at - line, 0);
  call(close, fd, 0, 0, 0);
  call(renameat, AT_FDCWD, "record.tmp", AT_FDCWD, name);
  call(write, status, line, at - line, 0);
}

static void fail(const char *step, long result) {
  char word[64] = "error ";
  put_text(word + 6, step);
  record("failed", word, -result, 0, 0);
  leave(1);
}

static int open_fifo(const char *name, int flags) {
  long fd = call(openat, AT_FDCWD, name, flags | O_CLOEXEC, 0);
  if (fd < 0) fail(name, fd);
  return (int)fd;
}

static void listen_for_master(void) {
  struct sockaddr_un address = { AF_UNIX, "console.sock" };
  long fd = call(socket, AF_UNIX, SOCK_STREAM | O_CLOEXEC | O_NONBLOCK, 0, 0);
  if (fd < 0) fail("socket", fd);
  long result = call(bind, fd, &address, sizeof address, 0);
  if (result < 0) fail("bind", result);
  call(listen, fd, 1, 0, 0);
  listener = (int)fd;
}

/* The runtime connects and sends the terminal's master by SCM_RIGHTS (runtime command line, --console-socket). */
static void take_master(void) {
  char name[256];
  struct rights rights;
  struct iovec part = { name, sizeof name };
  struct msghdr message = { 0, 0, &part, 1, &rights, sizeof rights, 0 };
  long connection = call(accept4, listener, 0, 0, O_CLOEXEC);
  if (connection < 0) return;
  long result = call(recvmsg, connection, &message, MSG_CMSG_CLOEXEC, 0);
  call(close, connection, 0, 0, 0);
  if (result < 0 || message.control_length < 20 || rights.level != SOL_SOCKET || rights.type != SCM_RIGHTS) return;
  call(close, listener, 0, 0, 0);
  call(unlinkat, AT_FDCWD, "console.sock", 0, 0);
  listener = -1;
  master = rights.fd;
  if (size.rows > 0 && size.cols > 0) call(ioctl, master, TIOCSWINSZ, &size, 0);
  call(fcntl, master, F_SETFL, O_RDWR | O_NONBLOCK, 0);
  /* While we hold the other side too, a process may close and open its terminal without the master failing. */
  call(ioctl, master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC, 0);
  out.from = in.to = master;
}

static char *next_space(char *text) {
  while (*text && *text != ' ') text++;
  return *text ? text : 0;
}

static const char *find(const char *flags, char flag) {
  for (; *flags; flags++) if (*flags == flag) return flags;
  return 0;
}

static void set_oom_score(const char *number) {
  long length = 0, fd = call(openat, AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC, 0);
  while (number[length]) length++;
  /* Where the host doesn't let us, the process has the engine's. */
  call(write, fd, number, length, 0);
}

static void start_runtime(const char *cwd, char **argv, char **environment, const char *flags) {
  int terminal = find(flags, 't') != 0, open_stdin = find(flags, 'i') != 0;
  const char *oom = find(flags, 'o');
  int input = open_stdin && !terminal ? open_fifo("stdin", O_RDONLY) : open_fifo("/dev/null", O_RDWR);
  int output = open_fifo(terminal ? "stderr" : "stdout", O_WRONLY);
  int errors = open_fifo("stderr", O_WRONLY);
  runtime = fork();
  if (runtime < 0) fail("fork", runtime);
  if (runtime == 0) {
    /* Everything else is close-on-exec. The three are above 2, so none is overwritten before its turn. */
    call(dup3, input, 0, 0, 0);
    call(dup3, output, 1, 0, 0);
    call(dup3, errors, 2, 0, 0);
    default_signals();
    /* crun gives the folders that it makes for mounts what our umask leaves of them; everyone must get through. */
    call(umask, 022, 0, 0, 0);
    if (oom) set_oom_score(oom + 1);
    long result = call(chdir, cwd, 0, 0, 0);
    if (result >= 0 && find(flags, 's')) sys(NR_execveat, SEALED, (long)"", (long)argv, (long)environment, AT_EMPTY_PATH, 0);
    if (result >= 0) result = call(execve, argv[0], argv, environment, 0);
    char line[32], *at = put_number(put_text(line, "minke-shim: execve: errno "), -result);
    *at++ = '\n';
    call(write, 2, line, at - line, 0);
    leave(127);
  }
  call(close, input, 0, 0, 0);
  call(close, output, 0, 0, 0);
  call(close, errors, 0, 0, 0);
  if (find(flags, 's')) call(close, SEALED, 0, 0, 0);
}

static void runtime_has_ended(int wait_status) {
  char text[24] = { 0 };
  runtime_ended = 1;
  failure = wait_status;
  if (failure != 0) return;
  if (listener >= 0) take_master();
  long fd = call(openat, AT_FDCWD, "pid", O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) fail("pid", fd);
  call(read, fd, text, sizeof text - 1, 0);
  call(close, fd, 0, 0, 0);
  process = number_of(text);
  if (process <= 0) fail("pid", -22);
  record("started", "started", process, 0, 0);
}

static void give_up(void) {
  ended = 1;
  record("failed", "failed", failure, 0, 0);
}

static void process_has_ended(int wait_status) {
  ended = 1;
  record("exit", "exit", wait_status, 0, 0);
  set_signal(SIGTERM, SIG_DFL);
}

/*
 * A runtime that was killed may have left processes that go on with what it began: they would make a cgroup, or run the
 * container, behind the back of who was told that it failed. The children of one that is killed come to us in turn.
 */
static void kill_children(void) {
  static char list[BUFFER];
  long fd = call(openat, AT_FDCWD, "/proc/thread-self/children", O_RDONLY | O_CLOEXEC, 0);
  long length = call(read, fd, list, sizeof list - 1, 0);
  call(close, fd, 0, 0, 0);
  list[length > 0 ? length : 0] = 0;
  /* Numbers, each with a space behind it; one that is cut off is taken at the next turn. */
  for (char *at = list, *space; (space = next_space(at)) != 0; at = space + 1) call(kill, number_of(at), SIGKILL, 0, 0);
}

/*
 * Until the runtime's command has ended only that one is waited for: who the process is, is not known before, and its
 * status must not be thrown away with those of the runtime's own helpers.
 */
static void reap(void) {
  char drop[128];
  int wait_status;
  call(read, signals, drop, sizeof drop, 0);
  if (!runtime_ended && call(wait4, runtime, &wait_status, WNOHANG, 0) == runtime) runtime_has_ended(wait_status);
  while (runtime_ended) {
    long pid = call(wait4, -1, &wait_status, WNOHANG, 0);
    if (failure != 0) {
      if (pid > 0) continue;
      if (pid == 0) kill_children();
      else if (!ended) give_up();
      break;
    }
    if (pid == -ECHILD && !ended && stranger < 0) {
      stranger = (int)call(pidfd_open, process, 0, 0, 0);
      if (stranger < 0) process_has_ended(255 << 8);
    }
    if (pid <= 0) break;
    if (pid == process && !ended) process_has_ended(wait_status);
  }
}

static void close_stdin(void) {
  if (hold_stdin >= 0) call(close, hold_stdin, 0, 0, 0);
  hold_stdin = -1;
  in.from = -1;
}

/* From the keeper: `c` no more input; `w` rows, columns (16 bits, little-endian each) of the terminal; `a` all is
   written down, leave. */
static void on_control(void) {
  unsigned char message[5];
  while (call(read, control, message, sizeof message, 0) == sizeof message) {
    if (message[0] == 'a' && ended) leave(0);
    if (message[0] == 'c') close_stdin();
    if (message[0] == 'w') {
      size.rows = message[1] | message[2] << 8;
      size.cols = message[3] | message[4] << 8;
      if (master >= 0) call(ioctl, master, TIOCSWINSZ, &size, 0);
    }
  }
}

/* Reads where the buffer is empty and writes what it holds. Returns 0 where nothing moved; -1 where `from` has ended. */
static int move(struct pipe_way *way) {
  int moved = 0;
  if (way->start == way->end && way->from >= 0) {
    long count = call(read, way->from, way->data, BUFFER, 0);
    if (count == 0 || (count < 0 && count != -EAGAIN && count != -EINTR)) return -1;
    if (count <= 0) return 0;
    way->start = 0;
    way->end = count;
    moved = 1;
  }
  if (way->start < way->end && way->to >= 0) {
    long count = call(write, way->to, way->data + way->start, way->end - way->start, 0);
    if (count > 0) {
      way->start += count;
      moved = 1;
    } else if (count != -EAGAIN && count != -EINTR) {
      way->start = way->end;
    }
  }
  return moved;
}

/*
 * The terminal's output to the FIFO. Behind the process's end and the last byte the FIFO gets no writer any more, which
 * is the keeper's sign that all was said; a reader stays, so that what waits in it is kept. A master that fails before
 * the end was hung up (vhangup(2), as login programs do) and works again once its terminal is opened again.
 */
static void move_output(void) {
  int moved;
  do moved = move(&out);
  while (moved > 0);
  hung_up = moved < 0;
  if (ended && out.start == out.end) {
    open_fifo("stdout", O_RDONLY | O_NONBLOCK);
    call(close, out.to, 0, 0, 0);
    out.to = out.from = in.from = -1;
  }
}

static void loop(void) {
  struct timespec hang_up_pause = { 0, 50000000 };
  for (;;) {
    int waiting_out = out.start < out.end, waiting_in = in.start < in.end;
    struct pollfd polls[8] = {
      { signals, POLLIN, 0 },
      { control, POLLIN, 0 },
      { listener, POLLIN, 0 },
      { stranger, POLLIN, 0 },
      { waiting_out || hung_up ? -1 : out.from, POLLIN, 0 },
      { waiting_out ? out.to : -1, POLLOUT, 0 },
      { waiting_in || in.to < 0 ? -1 : in.from, POLLIN, 0 },
      { waiting_in ? in.to : -1, POLLOUT, 0 },
    };
    sys(NR_ppoll, (long)polls, 8, hung_up && out.to >= 0 ? (long)&hang_up_pause : 0, 0, 8, 0);
    if (polls[2].revents && listener >= 0) take_master();
    /* A size that was told before something was typed is the terminal's before that arrives. */
    if (polls[1].revents || polls[6].revents) on_control();
    if (polls[6].revents || polls[7].revents) move(&in);
    if (polls[0].revents) reap();
    if (polls[3].revents && !ended) process_has_ended(255 << 8);
    if (polls[4].revents || polls[5].revents || hung_up || ended) {
      if (out.to >= 0 && master >= 0) move_output();
    }
    if (ended && stranger >= 0) {
      call(close, stranger, 0, 0, 0);
      stranger = -1;
    }
  }
}

void begin(long *stack) {
  long argc = stack[0];
  char **argv = (char **)(stack + 1);
  char **environment = argv + argc + 1;
  if (argc < 7) leave(2);
  int terminal = find(argv[2], 't') != 0, open_stdin = find(argv[2], 'i') != 0;

  call(setsid, 0, 0, 0, 0);
  call(prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0);
  for (int number = 1; number <= SIGTERM; number++) {
    if (number == SIGHUP || number == SIGINT || number == SIGPIPE || number == SIGTERM) set_signal(number, SIG_IGN);
  }
  unsigned long child = 1UL << (SIGCHLD - 1);
  mask_signals(SIG_SETMASK, child);
  if (find(argv[2], 's')) call(fcntl, SEALED, F_SETFD, FD_CLOEXEC, 0);
  if (call(chdir, argv[1], 0, 0, 0) < 0) leave(3);
  size.rows = (unsigned short)number_of(argv[3]);
  size.cols = (unsigned short)number_of(argv[4]);

  /* Opened for both directions a FIFO has always a reader and a writer: no end of input, no broken pipe. */
  status = open_fifo("status", O_RDWR | O_NONBLOCK);
  control = open_fifo("control", O_RDWR | O_NONBLOCK);
  signals = (int)call(signalfd4, -1, &child, 8, O_CLOEXEC | O_NONBLOCK);
  int stdout = open_fifo("stdout", O_RDWR | O_NONBLOCK);
  open_fifo("stderr", O_RDWR | O_NONBLOCK);
  if (!find(argv[2], 'n')) open_fifo("held", O_RDWR | O_NONBLOCK);
  if (open_stdin) hold_stdin = open_fifo("stdin", O_RDWR | O_NONBLOCK);
  if (terminal) {
    out.to = stdout;
    in.from = hold_stdin;
    listen_for_master();
  }
  start_runtime(argv[5], argv + 6, environment, argv[2]);
  loop();
}
