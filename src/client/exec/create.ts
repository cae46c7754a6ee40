import type { Client } from '../client.ts';
import { object, text } from '../json.ts';
import { namePath } from '../query.ts';

export interface ExecConfig {
  readonly User: string;
  readonly Privileged: boolean;
  readonly Tty: boolean;
  readonly ConsoleSize?: readonly [rows: number, columns: number];
  readonly AttachStdin: boolean;
  readonly AttachStderr: boolean;
  readonly AttachStdout: boolean;
  readonly DetachKeys: string;
  readonly Env: readonly string[] | null;
  readonly WorkingDir: string;
  readonly Cmd: readonly string[];
}

/** `POST /containers/{id}/exec`; resolves with the exec's id. */
export async function createExec(client: Client, container: string, config: ExecConfig): Promise<string> {
  const answer = await client.json('POST', `/containers/${namePath('container', container)}/exec`, {
    json: config,
  });
  return text(object(answer).Id);
}
