import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

export interface RemoveContainer {
  readonly force?: boolean;
  readonly link?: boolean;
  readonly volumes?: boolean;
}

/** `DELETE /containers/{id}`. */
export async function removeContainer(
  client: Client,
  container: string,
  options: RemoveContainer = {},
): Promise<void> {
  await client.text('DELETE', `/containers/${namePath('container', container)}`, {
    query: {
      force: options.force || undefined,
      link: options.link || undefined,
      v: options.volumes || undefined,
    },
  });
}
