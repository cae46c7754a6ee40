import type { Client } from '../client.ts';
import { list, number, object, text, textMap } from '../json.ts';
import { imagePath } from '../query.ts';

export interface Referrer {
  readonly digest: string;
  readonly mediaType: string;
  readonly artifactType: string;
  /** Bytes of the manifest. */
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
}

/** `GET /distribution/{name}/referrers`, of Minke alone: what refers to the image at its registry. */
export async function imageReferrers(client: Client, name: string, auth: string): Promise<Referrer[]> {
  const answer = await client.json('GET', `/distribution/${imagePath(name)}/referrers`, {
    headers: { 'X-Registry-Auth': auth },
  });
  return list(object(answer).Referrers, (item) => {
    const data = object(item);
    return {
      digest: text(data.Digest),
      mediaType: text(data.MediaType),
      artifactType: text(data.ArtifactType),
      size: number(data.Size),
      annotations: textMap(data.Annotations),
    };
  });
}
