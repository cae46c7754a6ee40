import type { Client } from '../client.ts';
import { type Volume, volume } from './list.ts';

/** `POST /volumes/create`. */
export const createVolume = async (client: Client, body: object): Promise<Volume> =>
  volume(await client.json('POST', '/volumes/create', { json: body }));
