import type { Client } from '../client.ts';
import { imagePath } from '../query.ts';

/** `POST /images/{name}/tag`. */
export async function tagImage(client: Client, image: string, repo: string, tag: string): Promise<void> {
  await client.text('POST', `/images/${imagePath(image)}/tag`, { query: { repo, tag: tag || undefined } });
}
