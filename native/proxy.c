/*
 * minke-proxy LOCK
 *
 * The userland proxy of TCP ports: listens at addresses of the host and passes each connection on to a container. Bytes
 * go from socket to socket through a pipe (splice(2)) and are never copied to here. One process for all ports of a
 * keeper, which tells it by descriptor 0, a socket, what to listen at; its end is ours. It decides nothing.
 *
 * Requests are `struct request`; each is answered, in order, by an errno of four bytes, 0 for success. Before the first
 * one we wait for LOCK, so that the ports of a predecessor whose keeper was killed are closed.
 */
#include "kernel.h"

enum {
  MOST_PORTS = 32768, MOST_CONNECTIONS = 16384,
  /* Bytes that one direction may have on their way, and how often it is served before it is the others' turn. */
  PIPE_BYTES = 1 << 18, ROUNDS = 16,
  /* Pipes belong to directions that have something in them; so many are kept for the next. */
  SPARE_PIPES = 16,
  EVENTS = 64, BACKLOG = 4096,
  KEEPALIVE_SECONDS = 15,

  AF_INET6 = 10, SOL_TCP = 6, SOL_IPV6 = 41, SO_REUSEADDR = 2, SO_KEEPALIVE = 9,
  TCP_NODELAY = 1, TCP_KEEPIDLE = 4, TCP_KEEPINTVL = 5, IPV6_V6ONLY = 26, SHUT_WR = 1,
  EPOLLIN = 1, EPOLLOUT = 4, EPOLLERR = 8, EPOLLHUP = 16, EPOLLRDHUP = 0x2000, EPOLL_CTL_ADD = 1,
  SPLICE_F_MOVE = 1, SPLICE_F_NONBLOCK = 2, F_SETPIPE_SZ = 1031,
};
#define EPOLLET (1u << 31)

/* sockaddr_in or sockaddr_in6, with zeros behind the shorter one. */
union address { unsigned short family; unsigned char bytes[28]; };

/* `LEAD`: from now on to this target; connections to another end. */
enum { OPEN = 1, CLOSE = 2, LEAD = 3 };
struct request { unsigned what, port; union address at, target; };

struct pipe { int out, in; };

/* One direction. */
struct way {
  struct pipe pipe;
  long held;
  int ended;
};

struct port;
struct connection {
  struct connection *next, **link, *again;
  struct port *port;
  /* The client's, the container's; way[0] leads from the client. */
  int socket[2];
  struct way way[2];
  int connected, waits;
};

/* `listener` 0: none, as that is our keeper. */
struct port { int listener; union address target; struct connection *first; };

/* x86_64 has it without padding. */
struct event { unsigned events; unsigned long data; }
#if defined(__x86_64__)
__attribute__((packed))
#endif
;

static struct port ports[MOST_PORTS];
static struct connection connections[MOST_CONNECTIONS], *unused, *gone, *again;
static int used;
static struct pipe pipes[SPARE_PIPES];
static int spare_pipes, poller, spare_fd;

/* --- pipes --- */

static int take_pipe(struct pipe *pipe) {
  if (spare_pipes > 0) {
    *pipe = pipes[--spare_pipes];
    return 0;
  }
  if (call(pipe2, pipe, O_NONBLOCK | O_CLOEXEC, 0, 0) < 0) {
    pipe->out = -1;
    return -1;
  }
  /* Where the user's pages for pipes are used up it stays as it is. */
  call(fcntl, pipe->in, F_SETPIPE_SZ, PIPE_BYTES, 0);
  return 0;
}

static void close_pipe(struct pipe *pipe) {
  call(close, pipe->out, 0, 0, 0);
  call(close, pipe->in, 0, 0, 0);
  pipe->out = -1;
}

static void give_pipe(struct way *way) {
  if (way->pipe.out < 0) return;
  if (way->held > 0 || spare_pipes == SPARE_PIPES) close_pipe(&way->pipe);
  else pipes[spare_pipes++] = way->pipe;
  way->pipe.out = -1;
}

/* --- connections --- */

static void watch(int fd, unsigned events, unsigned long data) {
  struct event event = { events, data };
  call(epoll_ctl, poller, EPOLL_CTL_ADD, fd, &event);
}

static void set(int fd, int level, int name, int value) {
  sys(NR_setsockopt, fd, level, name, (long)&value, sizeof value, 0);
}

static void set_stream(int fd) {
  set(fd, SOL_TCP, TCP_NODELAY, 1);
  set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(fd, SOL_TCP, TCP_KEEPIDLE, KEEPALIVE_SECONDS);
  set(fd, SOL_TCP, TCP_KEEPINTVL, KEEPALIVE_SECONDS);
}

static long new_socket(const union address *address) {
  return call(socket, address->family, SOCK_STREAM | O_NONBLOCK | O_CLOEXEC, 0, 0);
}

static long length_of_address(const union address *address) { return address->family == AF_INET6 ? 28 : 16; }

/* Its place is used again only behind the events at hand and its turn, if it waits for one. */
static void end_connection(struct connection *connection) {
  if (connection->socket[0] < 0) return;
  for (int side = 0; side < 2; side++) {
    call(close, connection->socket[side], 0, 0, 0);
    connection->socket[side] = -1;
    give_pipe(&connection->way[side]);
  }
  *connection->link = connection->next;
  if (connection->next) connection->next->link = connection->link;
  connection->next = gone;
  gone = connection;
}

static void forget_gone(void) {
  struct connection *list = gone;
  gone = 0;
  while (list) {
    struct connection *next = list->next, **to = list->waits ? &gone : &unused;
    list->next = *to;
    *to = list;
    list = next;
  }
}

static struct connection *new_connection(void) {
  struct connection *connection = unused;
  if (connection) unused = connection->next;
  else if (used < MOST_CONNECTIONS) connection = &connections[used++];
  return connection;
}

static void begin_connection(struct port *port, int client) {
  struct connection *connection = new_connection();
  long target = connection ? new_socket(&port->target) : -ENFILE;
  if (target >= 0) {
    set_stream((int)target);
    long result = call(connect, target, &port->target, length_of_address(&port->target), 0);
    if (result < 0 && result != -EINPROGRESS) {
      call(close, target, 0, 0, 0);
      target = result;
    }
  }
  if (target < 0) {
    call(close, client, 0, 0, 0);
    if (connection) {
      connection->next = unused;
      unused = connection;
    }
    return;
  }
  *connection = (struct connection){
    port->first, &port->first, 0, port, { client, (int)target }, { { { -1, -1 }, 0, 0 }, { { -1, -1 }, 0, 0 } }, 0, 0
  };
  if (port->first) port->first->link = &connection->next;
  port->first = connection;
  /* Edges: each is an event of its own, told once. The lowest bit says which side. */
  for (int side = 0; side < 2; side++)
    watch(connection->socket[side], EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, (unsigned long)connection | side);
}

static long splice(int from, int to, long length) {
  return sys(NR_splice, from, 0, to, 0, length, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

enum { QUIET, MORE, FAILED };

/* Fills the pipe where it is empty and empties it; an end is passed on as one, so that the other direction goes on. */
static int move(struct way *way, int from, int to) {
  for (int round = 0; round < ROUNDS; round++) {
    while (way->held > 0) {
      long count = splice(way->pipe.out, to, way->held);
      if (count == -EAGAIN) return QUIET;
      if (count <= 0) return FAILED;
      way->held -= count;
    }
    if (way->ended) return QUIET;
    if (way->pipe.out < 0 && take_pipe(&way->pipe) < 0) return FAILED;
    long count = splice(from, way->pipe.in, PIPE_BYTES);
    if (count > 0) {
      way->held = count;
      continue;
    }
    give_pipe(way);
    if (count == -EAGAIN) return QUIET;
    if (count < 0) return FAILED;
    way->ended = 1;
    call(shutdown, to, SHUT_WR, 0, 0);
    return QUIET;
  }
  return MORE;
}

static void serve(struct connection *connection, int directions) {
  if (connection->socket[0] < 0) return;
  for (int from = 0; from < 2; from++) {
    if (!(directions & 1 << from)) continue;
    int result = move(&connection->way[from], connection->socket[from], connection->socket[!from]);
    if (result == FAILED) {
      end_connection(connection);
      return;
    }
    if (result == MORE && !connection->waits) {
      connection->waits = 1;
      connection->again = again;
      again = connection;
    }
  }
  if (connection->way[0].ended && connection->way[1].ended) end_connection(connection);
}

static void serve_again(void) {
  struct connection *list = again;
  again = 0;
  while (list) {
    struct connection *next = list->again;
    list->waits = 0;
    serve(list, 3);
    list = next;
  }
}

static void on_connection(struct connection *connection, int side, unsigned events) {
  int directions = 0;
  if (events & ~EPOLLOUT) directions |= 1 << side;
  if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) directions |= 1 << !side;
  if (side == 1 && !connection->connected) {
    /* Until it is there nothing is taken from the client: an end of what it says would be the end of the attempt. */
    if (!(events & (EPOLLERR | EPOLLHUP))) connection->connected = !!(events & EPOLLOUT);
    directions = connection->connected ? 3 : 2;
  }
  if (!connection->connected) directions &= 2;
  serve(connection, directions);
}

/* --- ports --- */

static int take_spare(void) { return (int)call(openat, AT_FDCWD, "/dev/null", O_RDONLY | O_CLOEXEC, 0); }

static void on_listener(struct port *port) {
  if (port->listener <= 0) return;
  long client = call(accept4, port->listener, 0, 0, O_NONBLOCK | O_CLOEXEC);
  if (client >= 0) {
    begin_connection(port, (int)client);
  } else if (client == -EMFILE || client == -ENFILE) {
    /* Left in the queue it would wake us for ever: it is taken and closed. */
    call(close, spare_fd, 0, 0, 0);
    client = call(accept4, port->listener, 0, 0, O_CLOEXEC);
    if (client >= 0) call(close, client, 0, 0, 0);
    spare_fd = take_spare();
  }
}

static long open_port(const struct request *request) {
  long fd = new_socket(&request->at);
  if (fd < 0) return fd;
  set((int)fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (request->at.family == AF_INET6) set((int)fd, SOL_IPV6, IPV6_V6ONLY, 1);
  /* Handed on to what is accepted. */
  set_stream((int)fd);
  long result = call(bind, fd, &request->at, length_of_address(&request->at), 0);
  if (result >= 0) result = call(listen, fd, BACKLOG, 0, 0);
  if (result < 0) {
    call(close, fd, 0, 0, 0);
    return result;
  }
  struct port *port = &ports[request->port];
  *port = (struct port){ (int)fd, request->target, 0 };
  watch((int)fd, EPOLLIN, (unsigned long)port | 1);
  return 0;
}

static void end_connections(struct port *port) {
  while (port->first) end_connection(port->first);
}

static void close_port(struct port *port) {
  end_connections(port);
  if (port->listener > 0) call(close, port->listener, 0, 0, 0);
  port->listener = 0;
}

static void on_request(void) {
  struct request request;
  for (unsigned long read = 0; read < sizeof request;) {
    long count = call(read, 0, (char *)&request + read, sizeof request - read, 0);
    if (count <= 0) leave(0);
    read += count;
  }
  int result = -22;
  if (request.port < MOST_PORTS) {
    struct port *port = &ports[request.port];
    if (request.what != OPEN) result = 0;
    if (request.what == OPEN) result = (int)open_port(&request);
    else if (request.what == CLOSE) close_port(port);
    else end_connections(port), port->target = request.target;
  }
  int answer = -result;
  call(write, 0, &answer, sizeof answer, 0);
}

static int is_port(unsigned long data) {
  return data >= (unsigned long)ports && data < (unsigned long)(ports + MOST_PORTS);
}

void begin(long *stack) {
  char **argv = (char **)(stack + 1);
  if (stack[0] != 2) leave(2);
  set_signal(SIGPIPE, SIG_IGN);
  long lock = call(openat, AT_FDCWD, argv[1], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 || call(flock, lock, LOCK_EX, 0, 0) < 0) leave(3);
  spare_fd = take_spare();
  poller = (int)call(epoll_create1, O_CLOEXEC, 0, 0, 0);
  if (poller < 0) leave(4);
  watch(0, EPOLLIN, 0);
  for (;;) {
    struct event events[EVENTS];
    long count = sys(NR_epoll_pwait, poller, (long)events, EVENTS, again ? 0 : -1, 0, 8);
    serve_again();
    for (long i = 0; i < count; i++) {
      unsigned long data = events[i].data;
      if (data == 0) on_request();
      else if (is_port(data)) on_listener((struct port *)(data & ~1UL));
      else on_connection((struct connection *)(data & ~1UL), data & 1, events[i].events);
    }
    forget_gone();
  }
}
