import type { Client } from '../client.ts';
import { bool, number, object } from '../json.ts';
import { namePath } from '../query.ts';

export interface ExecState {
  readonly running: boolean;
  readonly exitCode: number;
}

/** `GET /exec/{id}/json`. */
export async function inspectExec(client: Client, id: string): Promise<ExecState> {
  const data = object(await client.json('GET', `/exec/${namePath('exec', id)}/json`));
  return { running: bool(data.Running), exitCode: number(data.ExitCode) };
}
