import type { Client } from '../client.ts';

/** `GET /info`, as the daemon wrote it. */
export const infoText = (client: Client): Promise<string> => client.text('GET', '/info');
