/** What `create` sends, held against what Docker's own client sent for the same arguments (fixtures/create-bodies.json). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseFlags } from '../../src/cli/flags/parse.ts';
import { type CreateValues, createBody } from '../../src/cli/run/body.ts';
import { createFlags } from '../../src/cli/run/flags.ts';

interface Recorded {
  readonly args: readonly string[];
  readonly url: string;
  readonly body: unknown;
}

const fixtures = join(import.meta.dirname, 'fixtures');
const recorded: readonly Recorded[] = JSON.parse(readFileSync(join(fixtures, 'create-bodies.json'), 'utf8'));

/** Fields of an endpoint that only a daemon fills; Docker's client sends their zero values along. */
const answers = [
  'NetworkID',
  'EndpointID',
  'Gateway',
  'IPAddress',
  'IPPrefixLen',
  'IPv6Gateway',
  'GlobalIPv6Address',
  'GlobalIPv6PrefixLen',
  'DNSNames',
];

/** As it looks on the wire, with what is no question left out. */
function wire(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(fixtures, '@'), (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item) || !('GwPriority' in item))
      return item;
    return Object.fromEntries(Object.entries(item).filter(([key]) => !answers.includes(key)));
  });
}

for (const { args, url, body } of recorded) {
  test(`create ${args.join(' ')}`, () => {
    const real = args.map((word) => word.replace('@/', `${fixtures}/`));
    const parsed = parseFlags(real, createFlags, { interspersed: false });
    const flags = parsed.values as CreateValues;
    const ours = createBody({
      flags,
      changed: parsed.changed,
      image: parsed.args[0] ?? '',
      command: parsed.args.slice(1),
      env: {},
      directory: '/',
      proxies: {},
    });
    assert.deepEqual(sorted(wire(ours)), sorted(wire(body)));
    const query = new URL(url, 'http://x').searchParams;
    assert.equal(flags.name, query.get('name') ?? '');
    assert.equal(flags.platform, query.get('platform') ?? '');
  });
}

/** Docker's client keeps volumes and variables in a map: their order there is chance. */
function sorted(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body), (key, item: unknown) =>
    (key === 'Binds' || key === 'Env') && Array.isArray(item) ? item.sort() : item,
  );
}
