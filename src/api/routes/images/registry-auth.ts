import type { IncomingHttpHeaders } from 'node:http';

/** What the client enters the registry with, as it sent it. */
export function registryAuth(headers: IncomingHttpHeaders): string | undefined {
  const header = headers['x-registry-auth'];
  return Array.isArray(header) ? header[0] : header;
}
