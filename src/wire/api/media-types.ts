/** Content types of the Engine API's streams. */
export const rawStream = 'application/vnd.docker.raw-stream';
export const multiplexedStream = 'application/vnd.docker.multiplexed-stream';
export const json = 'application/json';
export const jsonLines = 'application/jsonl';
export const newlineJson = 'application/x-ndjson';
/** RFC 7464: each record between a record separator (0x1E) and a line feed. */
export const jsonSequence = 'application/json-seq';
export const tar = 'application/x-tar';

/**
 * The best of `offers` that an Accept header names word for word (wildcards don't count), by weight, then by the
 * order of the offers; undefined where it names none.
 */
export function acceptedExactly<T extends string>(
  accept: string | undefined,
  offers: readonly T[],
): T | undefined {
  if (!accept) return undefined;
  let best: { offer: T; weight: number } | undefined;
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
    return { type: type.toLowerCase(), weight: weight === undefined ? 1 : Number(weight) };
  });
  for (const offer of offers) {
    const weight = ranges.find((range) => range.type === offer)?.weight ?? 0;
    if (weight > (best?.weight ?? 0)) best = { offer, weight };
  }
  return best?.offer;
}
