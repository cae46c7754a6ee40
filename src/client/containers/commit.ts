import type { Client } from '../client.ts';
import { object, text } from '../json.ts';

export interface CommitContainer {
  readonly container: string;
  readonly repo: string;
  readonly tag: string;
  readonly author: string;
  readonly comment: string;
  readonly changes: readonly string[];
  readonly pause: boolean;
}

/** `POST /commit`; resolves with the id of the image. */
export async function commitContainer(client: Client, options: CommitContainer): Promise<string> {
  const answer = await client.json('POST', '/commit', {
    query: {
      container: options.container,
      repo: options.repo || undefined,
      tag: options.tag || undefined,
      author: options.author || undefined,
      comment: options.comment || undefined,
      changes: options.changes.length === 0 ? undefined : options.changes,
      pause: options.pause ? undefined : false,
    },
    json: {},
  });
  return text(object(answer).Id);
}
