import { invalid } from '../../../errors/minke-error.ts';
import type { EngineEvent } from '../../../services/events/contract.ts';
import { encodeEvent } from '../../../wire/api/event-message.ts';
import { filters, timestamp } from '../../../wire/api/fields.ts';
import {
  acceptedExactly,
  json,
  jsonLines,
  jsonSequence,
  newlineJson,
} from '../../../wire/api/media-types.ts';
import type { ApiVersion } from '../../../wire/api/versions.ts';
import type { Answer } from '../../answer.ts';
import { route } from '../../route.ts';

/** Clients before it do not know that images are created. */
const imageCreateSince: ApiVersion = 46;
/** The stream was called plain JSON until then. */
const jsonLinesSince: ApiVersion = 52;

/** Seconds, with decimals where there are any. */
function seconds(nanoseconds: bigint): string {
  const text = nanoseconds.toString().padStart(10, '0');
  const decimals = text.slice(-9);
  return Number(decimals) === 0 ? text.slice(0, -9) : `${text.slice(0, -9)}.${decimals}`;
}

async function* records(
  events: AsyncIterable<EngineEvent>,
  version: ApiVersion,
  contentType: string,
): AsyncGenerator<string> {
  const start = contentType === jsonSequence ? '\u001e' : '';
  for await (const event of events) {
    if (version < imageCreateSince && event.Type === 'image' && event.Action === 'create') continue;
    yield `${start}${encodeEvent(event)}\n`;
  }
}

export const events = route({
  method: 'GET',
  path: '/events',
  operation: 'SystemEvents',
  since: 24,
  query: { since: timestamp, until: timestamp, filters },
  handle: ({ query, version, headers, signal }, services): Answer => {
    const { since, until } = query;
    if (since !== undefined && until !== undefined && until < since)
      throw invalid(`\`since\` time (${seconds(since)}) cannot be after \`until\` time (${seconds(until)})`);
    const fallback = version < jsonLinesSince ? json : jsonLines;
    const contentType =
      acceptedExactly(headers.accept, [json, jsonLines, newlineJson, jsonSequence]) ?? fallback;
    const stream = services.events.stream(
      {
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
        filters: query.filters,
      },
      signal,
    );
    return { kind: 'records', contentType, eager: true, records: records(stream, version, contentType) };
  },
});
