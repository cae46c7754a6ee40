import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Api, type ApiOptions, createApi } from '../../../src/api/api.ts';
import { type Members, services } from './engine.ts';

export interface Served extends AsyncDisposable {
  readonly socket: string;
  readonly api: Api;
}

/** The API over a unix socket of its own; `await using` closes it. */
export async function serve(members: Members, options: ApiOptions = {}): Promise<Served> {
  const directory = await mkdtemp(join(tmpdir(), 'minke-api-'));
  const socket = join(directory, 'api.sock');
  const api = createApi(services(members), options);
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
