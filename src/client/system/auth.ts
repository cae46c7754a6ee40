import type { Client } from '../client.ts';
import { object, text } from '../json.ts';

/** `POST /auth`: asks the registry through the daemon; resolves with its word and a token where it gives one. */
export async function checkAuth(
  client: Client,
  credentials: object,
): Promise<{ readonly status: string; readonly identityToken: string }> {
  const answer = object(await client.json('POST', '/auth', { json: credentials }));
  return { status: text(answer.Status), identityToken: text(answer.IdentityToken) };
}
