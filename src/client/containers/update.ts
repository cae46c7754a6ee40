import type { Client } from '../client.ts';
import { object, texts } from '../json.ts';
import { segment } from '../query.ts';

/** `POST /containers/{id}/update`; resolves with warnings. */
export async function updateContainer(client: Client, container: string, body: object): Promise<string[]> {
  const answer = await client.json('POST', `/containers/${segment(container)}/update`, { json: body });
  return texts(object(answer).Warnings);
}
