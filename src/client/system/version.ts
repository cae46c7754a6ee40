import type { Client } from '../client.ts';

/** `GET /version`, as the daemon wrote it. */
export const versionText = (client: Client): Promise<string> => client.text('GET', '/version');
