/**
 * `node first-byte.ts PORT READY`: asks 127.0.0.1:PORT for a page until it gets a byte of one, a millisecond after each
 * refusal, and prints when that was (Unix milliseconds). It makes the file READY before it first asks. It asks from one
 * process: a loop that starts a program for each question takes a whole core from whom it measures.
 */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const [port, ready] = process.argv.slice(2);

function answered(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port), noDelay: true });
    socket.on('connect', () => socket.write('GET / HTTP/1.0\r\n\r\n'));
    socket.on('data', () => {
      resolve(true);
      socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(false));
  });
}

writeFileSync(ready ?? '', '');
while (!(await answered())) await pause(1);
console.log(performance.timeOrigin + performance.now());
