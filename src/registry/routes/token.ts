import { RegistryError } from '../errors.ts';
import { answerJson } from '../http/answer.ts';
import { readBody } from '../http/body.ts';
import { type Call, contentTypeOf } from '../http/call.ts';
import type { Registry } from '../registry.ts';

/**
 * `GET` and `POST /token`: a token for who may have one, by a name and a password in the header or, as OAuth 2 clients
 * send them, in a form (distribution, "Docker Registry v2 authentication using OAuth2").
 */
export async function token(call: Call, { tokens }: Registry): Promise<void> {
  if (tokens === null) throw new RegistryError('UNSUPPORTED', 'no such path', { status: 404 });
  const { request, response, query } = call;
  if (call.method === 'GET') {
    const answer = await tokens.issue({
      scope: query.getAll('scope').join(' '),
      authorization: request.headers.authorization,
    });
    return answerJson(
      response,
      200,
      { ...answer, access_token: answer.token },
      { 'cache-control': 'no-store' },
    );
  }
  if (contentTypeOf(request) !== 'application/x-www-form-urlencoded') {
    throw new RegistryError('UNSUPPORTED', 'a form is expected', { status: 415 });
  }
  const form = new URLSearchParams((await readBody(request, 64 << 10)).toString());
  if (form.get('grant_type') !== 'password') {
    throw new RegistryError('UNSUPPORTED', 'only grant_type=password is supported', { status: 400 });
  }
  const credential = Buffer.from(`${form.get('username') ?? ''}:${form.get('password') ?? ''}`);
  const { token: text, ...rest } = await tokens.issue({
    scope: form.get('scope') ?? '',
    authorization: `Basic ${credential.toString('base64')}`,
  });
  const answer = { access_token: text, token_type: 'Bearer', scope: form.get('scope') ?? '', ...rest };
  answerJson(response, 200, answer, { 'cache-control': 'no-store' });
}
