import type { Client } from '../client.ts';
import { list, object, texts } from '../json.ts';
import { namePath } from '../query.ts';

export interface Processes {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** `GET /containers/{id}/top`; `options` are those of ps. */
export async function topContainer(
  client: Client,
  container: string,
  options: readonly string[],
): Promise<Processes> {
  const answer = object(
    await client.json('GET', `/containers/${namePath('container', container)}/top`, {
      query: { ps_args: options.length === 0 ? undefined : options.join(' ') },
    }),
  );
  return { titles: texts(answer.Titles), rows: list(answer.Processes, texts) };
}
