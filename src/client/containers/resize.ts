import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `POST /containers/{id}/resize`: the size of its terminal. */
export async function resizeContainer(
  client: Client,
  container: string,
  rows: number,
  columns: number,
): Promise<void> {
  await client.text('POST', `/containers/${namePath('container', container)}/resize`, {
    query: { h: rows, w: columns },
  });
}
