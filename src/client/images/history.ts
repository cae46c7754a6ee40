import type { Client } from '../client.ts';
import { list, number, object, text } from '../json.ts';
import { imagePath } from '../query.ts';

export interface HistoryItem {
  readonly id: string;
  readonly created: number;
  readonly createdBy: string;
  readonly size: number;
  readonly comment: string;
}

/** `GET /images/{name}/history`, newest first. */
export async function imageHistory(client: Client, image: string, platform?: string): Promise<HistoryItem[]> {
  const answer = await client.json('GET', `/images/${imagePath(image)}/history`, { query: { platform } });
  return list(answer, (item) => {
    const data = object(item);
    return {
      id: text(data.Id),
      created: number(data.Created),
      createdBy: text(data.CreatedBy),
      size: number(data.Size),
      comment: text(data.Comment),
    };
  });
}
