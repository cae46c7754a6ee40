import type { Kind } from '../flags/kind.ts';

export interface Ulimit {
  readonly Name: string;
  readonly Hard: number;
  readonly Soft: number;
}

const names = [
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack',
];

function limit(text: string, spec: string): number {
  if (!/^[+-]?\d+$/.test(text))
    throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  void spec;
  return Number(text);
}

/** `name=soft[:hard]`, -1 for no limit. */
export function parseUlimit(spec: string): Ulimit {
  const equals = spec.indexOf('=');
  if (equals < 0 || spec.indexOf('=', equals + 1) >= 0) throw new Error(`invalid ulimit argument: ${spec}`);
  const name = spec.slice(0, equals);
  const values = spec.slice(equals + 1).split(':');
  if (!names.includes(name)) throw new Error(`invalid ulimit type: ${name}`);
  if (values.length > 2)
    throw new Error(
      `too many limit value arguments - ${spec.slice(equals + 1)}, can only have up to two, \`soft[:hard]\``,
    );
  const soft = limit(values[0] ?? '', spec);
  const hard = values[1] === undefined ? soft : limit(values[1], spec);
  if (hard !== -1 && (soft === -1 || soft > hard))
    throw new Error(`ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`);
  return { Name: name, Hard: hard, Soft: soft };
}

/** One limit a name, the last one given; in the order of names. */
export const ulimitKind: Kind<readonly Ulimit[]> = {
  typeName: 'ulimit',
  zero: [],
  parse: (raw, before) => {
    const made = parseUlimit(raw);
    return [...before.filter(({ Name }) => Name !== made.Name), made].sort((a, b) =>
      a.Name < b.Name ? -1 : 1,
    );
  },
  show: () => '[]',
};
