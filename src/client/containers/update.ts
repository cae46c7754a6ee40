import type { Client } from '../client.ts';
import { object, texts } from '../json.ts';
import { namePath } from '../query.ts';

export interface UpdateAnswer {
  readonly warnings: string[];
  /** False: the daemon knows nothing of changes of ports and limits of traffic, and changed none. */
  readonly knowsNetworking: boolean;
}

/** `POST /containers/{id}/update`. */
export async function updateContainer(
  client: Client,
  container: string,
  body: object,
): Promise<UpdateAnswer> {
  const answer = object(
    await client.json('POST', `/containers/${namePath('container', container)}/update`, { json: body }),
  );
  return { warnings: texts(answer.Warnings), knowsNetworking: answer.Ports !== undefined };
}
