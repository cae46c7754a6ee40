import type { Client } from '../client.ts';
import { type Json, list, number, object, text, textMap, texts } from '../json.ts';
import { encodeFilters, type Filters } from '../query.ts';

/** An image as the list of images has it. */
export interface ImageSummary {
  readonly Id: string;
  readonly RepoTags: readonly string[];
  readonly RepoDigests: readonly string[];
  readonly Created: number;
  readonly Size: number;
  /** -1 where it was not worked out. */
  readonly SharedSize: number;
  readonly Containers: number;
  readonly Labels: Readonly<Record<string, string>>;
}

export function imageSummary(value: Json): ImageSummary {
  const data = object(value);
  return {
    Id: text(data.Id),
    RepoTags: texts(data.RepoTags),
    RepoDigests: texts(data.RepoDigests),
    Created: number(data.Created),
    Size: number(data.Size),
    SharedSize: number(data.SharedSize),
    Containers: number(data.Containers),
    Labels: textMap(data.Labels),
  };
}

/** `GET /images/json`. */
export async function listImages(
  client: Client,
  options: { readonly all?: boolean; readonly filters?: Filters } = {},
): Promise<ImageSummary[]> {
  const answer = await client.json('GET', '/images/json', {
    query: { all: options.all || undefined, filters: encodeFilters(options.filters) },
  });
  return list(answer, imageSummary);
}
