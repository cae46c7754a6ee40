import { parseJson } from '../../client/json.ts';
import type { Value } from '../template/value.ts';

/** JSON for a template: integers that a number can't hold exactly become big ones. */
export function templateValue(source: string): Value {
  if (!/[:[,\s]-?\d{16,}/.test(source)) return parseJson(source);
  const value: Value = JSON.parse(source, (_key: string, item: unknown, context?: { source?: string }) =>
    typeof item === 'number' && !Number.isSafeInteger(item) && /^-?\d+$/.test(context?.source ?? '')
      ? BigInt(context?.source ?? 0)
      : item,
  );
  return value;
}
