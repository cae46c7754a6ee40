import type { Socket } from 'node:net';

const longest = 4096;

/** Reads a connection's first line; what came behind it is put back. `undefined`: it ended or the line is too long. */
export function firstLine(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    let seen = Buffer.alloc(0);
    const done = (line: string | undefined, rest: Buffer) => {
      socket.off('data', onData).off('end', onEnd).off('close', onEnd);
      socket.pause();
      if (rest.length > 0) socket.unshift(rest);
      resolve(line);
    };
    const onEnd = () => done(undefined, Buffer.alloc(0));
    const onData = (bytes: Buffer) => {
      seen = Buffer.concat([seen, bytes]);
      const newline = seen.indexOf(10);
      if (newline !== -1) done(seen.toString('utf8', 0, newline), seen.subarray(newline + 1));
      else if (seen.length > longest) done(undefined, Buffer.alloc(0));
    };
    socket.on('data', onData).on('end', onEnd).on('close', onEnd).resume();
  });
}
