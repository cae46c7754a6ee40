import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Api, createApi } from '../../../src/api/api.ts';
import type { Logger } from '../../../src/kit/log/logger.ts';
import { type Members, services } from './engine.ts';

export interface Served extends AsyncDisposable {
  readonly socket: string;
  readonly api: Api;
}

/** The API over a unix socket of its own; `await using` closes it. */
export async function serve(members: Members, log?: Logger): Promise<Served> {
  const directory = await mkdtemp(join(tmpdir(), 'minke-api-'));
  const socket = join(directory, 'api.sock');
  const api = createApi(services(members), log === undefined ? {} : { log });
  await api.handle({ kind: 'unix', path: socket });
  return {
    socket,
    api,
    async [Symbol.asyncDispose]() {
      await api.close(0);
      await rm(directory, { recursive: true });
    },
  };
}
