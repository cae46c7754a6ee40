import { answerJson } from '../http/answer.ts';
import type { Call } from '../http/call.ts';
import { page, pageQuery } from '../http/paging.ts';
import type { Registry } from '../registry.ts';

/** `GET /v2/_catalog`: the names of the repositories that the asker may pull from. */
export async function catalog(call: Call, { repositories }: Registry): Promise<void> {
  const query = pageQuery(call.query, true);
  const names = await repositories.list();
  const seen = names.filter((name) => call.grant.may({ action: 'pull', name }));
  const { items, headers } = page(seen, query, '/v2/_catalog', false);
  answerJson(call.response, 200, { repositories: items }, headers);
}
