import type { Client } from '../client.ts';
import { object, text, texts } from '../json.ts';

export interface Created {
  readonly id: string;
  readonly warnings: readonly string[];
}

/** `POST /containers/create`; the body is Config with HostConfig and NetworkingConfig. */
export async function createContainer(
  client: Client,
  body: object,
  options: { readonly name?: string; readonly platform?: string } = {},
): Promise<Created> {
  const answer = object(
    await client.json('POST', '/containers/create', {
      query: { name: options.name || undefined, platform: options.platform || undefined },
      json: body,
    }),
  );
  return { id: text(answer.Id), warnings: texts(answer.Warnings) };
}
