import type { Client } from '../client.ts';
import { list, number, object, text } from '../json.ts';
import { namePath } from '../query.ts';

export interface Change {
  readonly path: string;
  readonly kind: 'C' | 'A' | 'D' | '';
}

const kinds = ['C', 'A', 'D'] as const;

/** `GET /containers/{id}/changes`. */
export async function containerChanges(client: Client, container: string): Promise<Change[]> {
  return list(await client.json('GET', `/containers/${namePath('container', container)}/changes`), (item) => {
    const data = object(item);
    return { path: text(data.Path), kind: kinds[number(data.Kind)] ?? '' };
  });
}
