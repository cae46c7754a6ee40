/*
 * echo NAME PORT
 *
 * Answers TCP connections and UDP datagrams at PORT of all IPv4 addresses: a connection is greeted by NAME and a newline
 * and then gets back what it sends; a datagram comes back behind NAME and a space. It ends by a signal alone.
 */
#include "../../../native/kernel.h"

#if defined(__x86_64__)
enum { NR_sendto = 44, NR_recvfrom = 45 };
#else
enum { NR_sendto = 206, NR_recvfrom = 207 };
#endif

enum { AF_INET = 2, SOCK_DGRAM = 2, SO_REUSEADDR = 2, BACKLOG = 64, MOST = 128, BYTES = 2048, MSG_NOSIGNAL = 0x4000 };

struct sockaddr_in { unsigned short family, port; unsigned int address; char zero[8]; };

/* The listener, the datagram socket, then connections. */
static struct pollfd sockets[MOST];
static char bytes[BYTES];

static int opened(int type, int port) {
  struct sockaddr_in at = { AF_INET, (unsigned short)(port >> 8 | port << 8), 0, { 0 } };
  int one = 1;
  long fd = call(socket, AF_INET, type | O_CLOEXEC, 0, 0);
  sys(NR_setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, (long)&one, sizeof one, 0);
  if (fd < 0 || call(bind, fd, &at, sizeof at, 0) < 0) leave(1);
  if (type == SOCK_STREAM && call(listen, fd, BACKLOG, 0, 0) < 0) leave(1);
  return (int)fd;
}

/* Whole, or the connection is of no use any more. */
static int sent(int fd, const char *from, long length) {
  while (length > 0) {
    long n = sys(NR_sendto, fd, (long)from, length, MSG_NOSIGNAL, 0, 0);
    if (n <= 0) return 0;
    from += n;
    length -= n;
  }
  return 1;
}

static void greet(const char *greeting, long length) {
  long fd = call(accept4, sockets[0].fd, 0, 0, O_CLOEXEC);
  if (fd < 0) return;
  for (int at = 2; at < MOST; at++) {
    if (sockets[at].fd >= 0) continue;
    if (sent((int)fd, greeting, length)) sockets[at].fd = (int)fd;
    else break;
    return;
  }
  call(close, fd, 0, 0, 0);
}

static void answer(struct pollfd *connection) {
  long n = call(read, connection->fd, bytes, sizeof bytes, 0);
  if (n > 0 && sent(connection->fd, bytes, n)) return;
  call(close, connection->fd, 0, 0, 0);
  connection->fd = -1;
}

static void answer_datagram(char *behind) {
  struct sockaddr_in from;
  unsigned int size = sizeof from;
  long n = sys(NR_recvfrom, sockets[1].fd, (long)behind, bytes + BYTES - behind, 0, (long)&from, (long)&size);
  if (n >= 0) sys(NR_sendto, sockets[1].fd, (long)bytes, behind - bytes + n, 0, (long)&from, size);
}

void begin(long *stack) {
  char **argv = (char **)(stack + 1);
  char greeting[128], name[128];
  if (stack[0] != 3 || length_of(argv[1]) > 100) leave(2);
  long greeted = put_text(put_text(greeting, argv[1]), "\n") - greeting;
  long named = put_text(put_text(name, argv[1]), " ") - name;
  for (int at = 0; at < MOST; at++) sockets[at] = (struct pollfd){ -1, POLLIN, 0 };
  sockets[0].fd = opened(SOCK_STREAM, (int)number_of(argv[2]));
  sockets[1].fd = opened(SOCK_DGRAM, (int)number_of(argv[2]));
  for (;;) {
    if (call(ppoll, sockets, MOST, 0, 0) < 0) continue;
    if (sockets[1].revents) {
      memcpy(bytes, name, (unsigned long)named);
      answer_datagram(bytes + named);
    }
    for (int at = 2; at < MOST; at++)
      if (sockets[at].fd >= 0 && sockets[at].revents) answer(&sockets[at]);
    if (sockets[0].revents) greet(greeting, greeted);
  }
}
