import { invalid } from '../../errors/minke-error.ts';

/**
 * `seconds[.decimals]` since 1970 as nanoseconds; decimals behind the ninth are dropped.
 * @param name of the parameter, for the message
 * @throws invalid
 */
export function parseTimestamp(text: string, name: string): bigint {
  const match = /^([+-]?\d{1,18})(?:\.(\d{1,32}))?$/.exec(text);
  if (!match)
    throw invalid(`invalid value for '${name}': ${JSON.stringify(text.slice(0, 64))} is no Unix time`);
  const decimals = (match[2] ?? '').slice(0, 9).padEnd(9, '0');
  return BigInt(match[1] ?? 0) * 1_000_000_000n + BigInt(decimals);
}
