import { invalid } from '../../../errors/minke-error.ts';
import { text } from '../../../wire/api/fields.ts';
import type { Answer } from '../../answer.ts';
import { route } from '../../route.ts';

type Condition = 'not-running' | 'next-exit' | 'removed';

/** Conditions, and a header before the wait is over, came with it. */
const conditionSince = 30;
/** Before, a removal that failed could only be told by an empty answer. */
const removalErrorSince = 34;

function conditionOf(word: string): Condition {
  if (word === '' || word === 'not-running') return 'not-running';
  if (word === 'next-exit' || word === 'removed') return word;
  throw invalid(`invalid condition: ${JSON.stringify(word)}`);
}

export const wait = route({
  method: 'POST',
  path: '/containers/{id*}/wait',
  operation: 'ContainerWait',
  since: 24,
  query: { condition: text },
  handle: async ({ params, query, version, signal }, { containers }): Promise<Answer> => {
    const condition = version < conditionSince ? 'not-running' : conditionOf(query.condition);
    const { result } = await containers.wait(params.id, condition, signal);
    if (version < conditionSince) return { kind: 'json', status: 200, value: await result };
    const silent = condition === 'removed' && version < removalErrorSince;
    const value = silent ? result.then((end) => (end.Error ? undefined : end)) : result;
    return { kind: 'later', value };
  },
});
