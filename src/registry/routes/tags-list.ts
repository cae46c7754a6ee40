import { RegistryError } from '../errors.ts';
import { answerJson } from '../http/answer.ts';
import type { Call } from '../http/call.ts';
import { page, pageQuery } from '../http/paging.ts';
import type { RouteOf } from '../http/route.ts';
import type { Registry } from '../registry.ts';

/** `GET /v2/<name>/tags/list` */
export async function tagsList(call: Call<RouteOf<'tags'>>, registry: Registry): Promise<void> {
  const { name } = call.route;
  const query = pageQuery(call.query, false);
  const known = await registry.pullThrough?.tags(name);
  const tags = known ?? (await registry.tags.list(name));
  if (tags.length === 0 && !(await registry.repositories.has(name))) {
    throw new RegistryError('NAME_UNKNOWN', 'repository name not known to registry', { detail: { name } });
  }
  const { items, headers } = page(tags, query, `/v2/${name}/tags/list`, true);
  answerJson(call.response, 200, { name, tags: items }, headers);
}
