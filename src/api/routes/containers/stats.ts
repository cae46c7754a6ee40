import { invalid } from '../../../errors/minke-error.ts';
import { flag } from '../../../wire/api/fields.ts';
import { json } from '../../../wire/api/media-types.ts';
import type { ContainerStatsResponse } from '../../../wire/generated/engine-api.ts';
import type { Answer } from '../../answer.ts';
import { adapt } from '../../compat/adapt.ts';
import { oneShotRules, statsRules } from '../../compat/stats.ts';
import { route } from '../../route.ts';

const oneShotSince = 41;

async function* lines<T>(values: AsyncIterable<T>, adapted: (value: T) => T): AsyncGenerator<string> {
  for await (const value of values) yield `${JSON.stringify(adapted(value))}\n`;
}

export const stats = route({
  method: 'GET',
  path: '/containers/{id*}/stats',
  operation: 'ContainerStats',
  since: 24,
  query: { stream: flag(true), 'one-shot': flag() },
  handle: async ({ params, query, version, signal }, { containers }): Promise<Answer> => {
    const { stream } = query;
    const oneShot = version >= oneShotSince && query['one-shot'];
    if (stream && oneShot) throw invalid('cannot have stream=true and one-shot=true');
    const found = await containers.stats(params.id, { stream, oneShot }, signal);
    const rules = oneShot ? oneShotRules : statsRules;
    const adapted = (value: ContainerStatsResponse) => adapt(rules, version, value);
    return { kind: 'records', contentType: json, eager: stream, records: lines(found, adapted) };
  },
});
