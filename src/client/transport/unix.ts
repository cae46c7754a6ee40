import { connect, type Socket } from 'node:net';
import { opened } from './opened.ts';

/** A unix socket; half-open, since an attached process may read on after its input ended. */
export const dialUnix = (path: string, signal?: AbortSignal): Promise<Socket> =>
  opened(connect({ path, allowHalfOpen: true }), 'connect', signal);
