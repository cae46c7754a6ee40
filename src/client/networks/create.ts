import type { Client } from '../client.ts';
import { object, text } from '../json.ts';

/** `POST /networks/create`. */
export async function createNetwork(
  client: Client,
  body: object,
): Promise<{ readonly id: string; readonly warning: string }> {
  const answer = object(await client.json('POST', '/networks/create', { json: body }));
  return { id: text(answer.Id), warning: text(answer.Warning) };
}
