import type { Asked } from '../fake-daemon.ts';

/** A request as it is compared: no version, its parameters by name, JSON read. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

const read = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** Lists of filters come in no order, and older spellings of them are maps. */
function filters(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]: [string, unknown]) => [
      name,
      Array.isArray(item) ? item.toSorted() : Object.keys(item ?? {}).sort(),
    ]),
  );
}

/** Empty values of Go's structures, which some clients send along and others leave out. */
export const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === '' ||
  value === 0 ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, item]: [string, unknown]) => [key, withoutEmpty(item)] as const)
    .filter(([, item]) => !isEmpty(item));
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a client asked for, in order; `HEAD /_ping` and what only looks for the engine's kind left out. */
export function sent(asked: readonly Asked[]): Sent[] {
  return asked.map(({ method, path, body }) => {
    const url = new URL(path.replace(/^\/v[\d.]+/, ''), 'http://x');
    const query = Object.fromEntries(
      [...new Set(url.searchParams.keys())].toSorted().map((name) => {
        const values = url.searchParams.getAll(name).toSorted();
        return [name, name === 'filters' ? filters(read(values[0] ?? '')) : values];
      }),
    );
    // Archives differ by the moment.
    const text = /\/(build|archive)$/.test(url.pathname) ? '' : body.toString();
    return { method, path: url.pathname, query, body: withoutEmpty(read(text)) };
  });
}
