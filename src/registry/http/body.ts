import type { IncomingMessage } from 'node:http';
import { RegistryError } from '../errors.ts';
import type { Incoming } from '../store/uploads.ts';
import { GONE } from './answer.ts';

/** The request's body for the store. A connection that breaks makes it fail. */
export const incomingOf = (request: IncomingMessage): Incoming => ({
  pieces: request,
  stop: () => request.destroy(),
});

/**
 * A whole small body.
 * @throws SIZE_INVALID with 413 as soon as more than `limit` bytes come
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = (): RegistryError =>
    new RegistryError('SIZE_INVALID', `more than ${limit} bytes`, { status: 413 });
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const pieces: Buffer[] = [];
  let size = 0;
  // By events: leaving an iteration early would destroy the connection before the refusal is out.
  await new Promise<void>((resolve, reject) => {
    request.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > limit) {
        request.pause();
        request.removeAllListeners('data');
        reject(tooLarge());
      } else pieces.push(piece);
    });
    request.once('end', resolve);
    request.once('error', reject);
    request.once('close', () => reject(new Error(GONE)));
  });
  return Buffer.concat(pieces);
}
