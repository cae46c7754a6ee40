import { closeSync } from 'node:fs';
import { systemCode } from '../../errors/minke-error.ts';
import { openFifo } from '../../host/pipe/fifo.ts';
import { writeNow } from '../../host/pipe/pipe.ts';

export type ControlMessage =
  | { readonly verb: 'acknowledge' }
  | { readonly verb: 'close-stdin' }
  | { readonly verb: 'resize'; readonly height: number; readonly width: number };

const letters = { acknowledge: 'a', 'close-stdin': 'c', resize: 'w' } as const;

/** Five bytes, see native/shim.c. */
export function encodeControl(message: ControlMessage): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.write(letters[message.verb], 'latin1');
  if (message.verb === 'resize') {
    bytes.writeUInt16LE(Math.min(message.height, 0xffff), 1);
    bytes.writeUInt16LE(Math.min(message.width, 0xffff), 3);
  }
  return bytes;
}

/** Tells a task's shim something; false where it has gone. */
export function sendControl(path: string, message: ControlMessage): boolean {
  try {
    const fd = openFifo(path, 'write');
    try {
      return writeNow(fd, encodeControl(message)) === 5;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (systemCode(error) === 'ENXIO' || systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
