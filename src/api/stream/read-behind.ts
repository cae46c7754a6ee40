import type { Duplex } from 'node:stream';
import { cancelled } from '../../errors/minke-error.ts';
import type { RawBody } from './raw-body.ts';

/**
 * Reads a body off a connection that was taken over. What came behind it is put back, so that the next reader of the
 * connection starts with it; until then the connection is paused.
 */
export function readBehind(socket: Duplex, head: Buffer, body: RawBody): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      socket.off('data', onData).off('end', onGone).off('close', onGone).off('error', onError);
      socket.pause();
      act();
    };
    const accept = (chunk: Buffer): boolean => {
      const early = body.push(chunk);
      if (early === null) return false;
      settle(() => {
        if (early.length > 0) socket.unshift(early);
        resolve(body.bytes);
      });
      return true;
    };
    const onData = (chunk: Buffer) => {
      try {
        accept(chunk);
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const onGone = () =>
      settle(() => reject(cancelled('the client went away while sending the request body')));
    const onError = (error: Error) => settle(() => reject(cancelled(error.message, error)));
    try {
      if (accept(head)) return;
    } catch (error) {
      reject(error);
      return;
    }
    socket.on('data', onData).on('end', onGone).on('close', onGone).on('error', onError);
    socket.resume();
  });
}
