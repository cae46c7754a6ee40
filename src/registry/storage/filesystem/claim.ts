import { open, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { conflict, systemCode } from '../../../errors/minke-error.ts';

/**
 * Makes sure that one process at a time writes below a folder: a unix socket in it, at which only a living process
 * answers, also one in another namespace. A stale one is replaced.
 * @throws conflict where another process has the folder
 */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
  // Socket addresses are short; through a descriptor the folder's own path may be long.
  const directory = await open(folder, 'r');
  try {
    const path = `/proc/self/fd/${directory.fd}/claim`;
    if (await answers(path)) throw conflict(`another registry serves from ${folder}`);
    await rm(join(folder, 'claim'), { force: true });
    const server = await listen(path);
    server.unref();
    return async () => {
      // Closing unlinks the path that it was bound by, which is gone with the descriptor.
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(join(folder, 'claim'), { force: true });
    };
  } finally {
    await directory.close();
  }
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      const code = systemCode(error);
      if (code === 'ENOENT' || code === 'ECONNREFUSED') resolve(false);
      else reject(error);
    });
  });

const listen = (path: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(path, () => resolve(server));
  });
