import type { Socket } from 'node:net';

/** Resolves with the socket once it is connected; destroys it when `signal` fires first. */
export function opened(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal?: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      socket.destroy();
      reject(signal?.reason);
    };
    const done = (): void => {
      socket.off('error', reject);
      signal?.removeEventListener('abort', abort);
      resolve(socket);
    };
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    socket.once('error', reject);
    socket.once(event, done);
  });
}
