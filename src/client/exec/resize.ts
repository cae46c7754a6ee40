import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `POST /exec/{id}/resize`. */
export async function resizeExec(client: Client, id: string, rows: number, columns: number): Promise<void> {
  await client.text('POST', `/exec/${namePath('exec', id)}/resize`, { query: { h: rows, w: columns } });
}
