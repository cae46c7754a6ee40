import type { Client } from '../client.ts';
import { type Json, list, object, text } from '../json.ts';
import { imagePath } from '../query.ts';

/** One step of a removal: a name taken off, or content deleted. */
export interface ImageDeletion {
  readonly untagged: string;
  readonly deleted: string;
}

export function imageDeletion(value: Json): ImageDeletion {
  const data = object(value);
  return { untagged: text(data.Untagged), deleted: text(data.Deleted) };
}

export interface RemoveImage {
  readonly force?: boolean;
  readonly noPrune?: boolean;
  readonly platforms?: readonly string[];
}

/** `DELETE /images/{name}`. */
export async function removeImage(
  client: Client,
  image: string,
  options: RemoveImage = {},
): Promise<ImageDeletion[]> {
  const answer = await client.json('DELETE', `/images/${imagePath(image)}`, {
    query: {
      force: options.force || undefined,
      noprune: options.noPrune || undefined,
      platforms:
        options.platforms === undefined || options.platforms.length === 0 ? undefined : options.platforms,
    },
  });
  return list(answer, imageDeletion);
}
