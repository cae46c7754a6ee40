/**
 * `node first-byte.ts PORT READY`: asks 127.0.0.1:PORT for a page until it gets a byte of one, a millisecond after each
 * refusal, and prints when that was (Unix milliseconds). It makes the file READY before it first asks. It asks from one
 * process and by the C library's sockets: a program for each question takes a whole core from whom it measures, Node's
 * own sockets an eighth of one.
 */
import { closeSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { bind, bindChecked } from '../src/host/ffi/libc.ts';

const AF_INET = 2;
const SOCK_STREAM = 1;
const socket = bindChecked<[number, number, number]>('int socket(int domain, int type, int protocol)');
const connect = bind<[number, Buffer, number], number>(
  'int connect(int fd, const void *address, uint32_t length)',
);
const usleep = bind<[number], number>('int usleep(uint32_t microseconds)');

const [port, ready] = process.argv.slice(2);

/** struct sockaddr_in: ip(7). */
const address = Buffer.from([0, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
address.writeUInt16LE(AF_INET, 0);
address.writeUInt16BE(Number(port), 2);

function answered(): boolean {
  const fd = socket(AF_INET, SOCK_STREAM, 0);
  try {
    if (connect(fd, address, address.length) !== 0) return false;
    writeSync(fd, 'GET / HTTP/1.0\r\n\r\n');
    return readSync(fd, Buffer.alloc(1)) === 1;
  } catch {
    // Reset: whoever accepted it had nobody to pass it on to.
    return false;
  } finally {
    closeSync(fd);
  }
}

writeFileSync(ready ?? '', '');
while (!answered()) usleep(1_000);
console.log(performance.timeOrigin + performance.now());
