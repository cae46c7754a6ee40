/** Makes what two engines answer comparable: what differs by nature gets a name in place of its value. */

/** Values known beforehand, the longest first: paths of the engine, digests of the image. */
export type Known = readonly (readonly [value: string, name: string])[];

const AGO = String.raw`(?:Less than a second|About an? \w+|\d+ (?:second|minute|hour|day|week|month|year)s?)`;

/** A port that nobody named: which one depends on those that were given before, and on who has one in use. */
const DYNAMIC = String.raw`(?:3[2-9]|[45]\d|6[0-5])\d{3}`;
const dynamicPort = new RegExp(`^${DYNAMIC}$`);

const patterns: readonly (readonly [RegExp, string])[] = [
  // Go's zero time says "never" and stays.
  [
    /\b(?!0001-)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d(?: [A-Z]+)?))?/g,
    '<time>',
  ],
  // As ls prints it.
  [/\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d (?:\d\d:\d\d| \d{4})/g, '<time>'],
  [new RegExp(`${AGO} ago`, 'g'), '<ago>'],
  [new RegExp(`\\bUp ${AGO}`, 'g'), 'Up <while>'],
  [/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, '<mac>'],
  [/\bdocker-(import|export|builder)-?\d+/g, 'docker-$1-<number>'],
  [/\bveth[0-9a-f]{7}\b/g, '<veth>'],
  [new RegExp(`\\b${DYNAMIC}(?=->|/(?:tcp|udp))`, 'g'), '<port>'],
  [new RegExp(`(?<=(?:0\\.0\\.0\\.0|\\[::\\]|127\\.0\\.0\\.1):)${DYNAMIC}\\b`, 'g'), '<port>'],
];

/** Leaves of JSON whose value is a matter of the moment, by the last word of their path. */
const moments: ReadonlySet<string> = new Set(['Pid', 'pid', 'timeNano', 'time', 'CreatedAt', 'created']);

/** One normaliser a case: ids are numbered in the order in which the case meets them. */
export class Normaliser {
  readonly #known: Known;
  readonly #ids: string[] = [];

  constructor(known: Known) {
    this.#known = [...known].sort(([a], [b]) => b.length - a.length);
  }

  text(raw: string): string {
    let text = raw;
    for (const [value, name] of this.#known) text = text.replaceAll(value, name);
    text = text.replace(/\b[0-9a-f]{64}\b/g, (id) => this.#number(id));
    text = text.replace(/\b[0-9a-f]{12}\b/g, (short) => this.#short(short));
    for (const [pattern, name] of patterns) text = text.replace(pattern, name);
    return text;
  }

  /** A JSON leaf's value. */
  leaf(path: string, value: unknown): string {
    const last = path.split('.').at(-1) ?? '';
    if (moments.has(last) && typeof value === 'number') return value === 0 ? '0' : '<moment>';
    if (last === 'Created' && typeof value === 'number') return '<moment>';
    if (last === 'HostPort' && dynamicPort.test(String(value))) return '"<port>"';
    return typeof value === 'string' ? JSON.stringify(this.text(value)) : JSON.stringify(value);
  }

  #number(id: string): string {
    if (!this.#ids.includes(id)) this.#ids.push(id);
    return `<id ${this.#ids.indexOf(id) + 1}>`;
  }

  #short(short: string): string {
    const at = this.#ids.findIndex((id) => id.startsWith(short));
    if (at >= 0) return `<id ${at + 1}, short>`;
    // Seen short only: it counts as an id of its own, found again by its beginning.
    this.#ids.push(short);
    return `<id ${this.#ids.length}, short>`;
  }
}

/** Mounts of inspect are in the order of a Go map in Docker, another one each time. */
function inOrder(path: string, list: readonly unknown[]): readonly unknown[] {
  if (!/(?:^|\.)Mounts$/.test(path)) return list;
  const place = (mount: unknown): string =>
    typeof mount === 'object' && mount !== null && 'Destination' in mount ? String(mount.Destination) : '';
  return list.toSorted((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
}

/** `path = value` lines of a JSON value, sorted by path; list elements are numbered. */
export function leaves(value: unknown, path = ''): { path: string; value: unknown }[] {
  if (value === null || typeof value !== 'object') return [{ path, value }];
  const entries = Array.isArray(value)
    ? inOrder(path, value).map((element, at) => [String(at), element] as const)
    : Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  // An empty list and an empty object are answers too.
  if (entries.length === 0) return [{ path, value }];
  return entries.flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}
