import type { Client } from '../client.ts';
import type { Response } from '../http/connection.ts';
import { namePath } from '../query.ts';

/** `GET /containers/{id}/export`: its files as a tar. */
export const exportContainer = (client: Client, container: string): Promise<Response> =>
  client.open('GET', `/containers/${namePath('container', container)}/export`);
