/** `X-Registry-Config` of the Engine API: what a client enters several registries with, by their addresses. */
import * as v from 'valibot';
import { type RegistryCredentials, readCredentials } from './auth-header.ts';

const Schema = v.record(v.string(), v.unknown());
const hubNames: readonly string[] = ['index.docker.io', 'registry-1.docker.io', 'docker.io'];

/** `https://r.example.org/v1/` to `r.example.org`; Docker Hub's addresses to `docker.io`. */
function domainOf(server: string): string {
  const host = server.replace(/^https?:\/\//i, '').split('/')[0] ?? '';
  return hubNames.includes(host) ? 'docker.io' : host;
}

/** By domain, as references have it. Base64, of either alphabet, of JSON; what can't be read counts as nothing. */
export function parseConfigHeader(header: string | undefined): ReadonlyMap<string, RegistryCredentials> {
  const found = new Map<string, RegistryCredentials>();
  if (header === undefined || header === '') return found;
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(header, 'base64').toString());
  } catch {
    return found;
  }
  const parsed = v.safeParse(Schema, json);
  for (const [server, entry] of parsed.success ? Object.entries(parsed.output) : []) {
    const credentials = readCredentials(entry);
    if (credentials !== undefined) found.set(domainOf(server), credentials);
  }
  return found;
}
