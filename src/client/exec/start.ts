import type { Client } from '../client.ts';
import type { Hijacked } from '../http/connection.ts';
import { namePath } from '../query.ts';

export interface ExecStart {
  readonly tty: boolean;
  readonly consoleSize?: readonly [rows: number, columns: number];
}

const body = (options: ExecStart, detach: boolean): object => ({
  Detach: detach,
  Tty: options.tty,
  ...(options.consoleSize === undefined ? {} : { ConsoleSize: options.consoleSize }),
});

/** `POST /exec/{id}/start` as a stream. */
export const attachExec = (client: Client, id: string, options: ExecStart): Promise<Hijacked> =>
  client.hijack(`/exec/${namePath('exec', id)}/start`, { json: body(options, false) });

/** `POST /exec/{id}/start` without a stream. */
export async function startExec(client: Client, id: string, options: ExecStart): Promise<void> {
  await client.text('POST', `/exec/${namePath('exec', id)}/start`, { json: body(options, true) });
}
