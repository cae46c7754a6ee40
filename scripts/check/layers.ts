/**
 * Who may import whom below src/: the table behind the layer rule. Calls go down; facts come up as return values and
 * events. A folder may always import itself; tests may import anything.
 */

export interface Layer {
  /** Path below src/ that the row speaks of; the longest that fits a file counts. */
  readonly folder: string;
  /** Paths below src/ (folders with a slash at the end, or patterns with one `*` a segment) that it may import. */
  readonly may: readonly string[];
  /** The same, for `import type` only. */
  readonly mayTypes?: readonly string[];
  /** Node's own modules that it may not import: I/O belongs below. */
  readonly without?: readonly string[];
}

const IO = [
  'node:fs',
  'node:fs/promises',
  'node:child_process',
  'node:net',
  'node:http',
  'node:https',
  'node:dgram',
  'node:worker_threads',
];
const BASE = ['errors/', 'wire/', 'kit/'];

export const layers: readonly Layer[] = [
  { folder: 'errors', may: [], without: IO },
  { folder: 'wire', may: ['errors/'], without: IO },
  { folder: 'kit', may: ['errors/', 'wire/'], without: IO },
  { folder: 'host', may: BASE },
  { folder: 'drivers', may: [...BASE, 'host/', 'drivers/*/contract.ts'] },
  {
    folder: 'services',
    may: [...BASE, 'drivers/*/contract.ts', 'services/*/contract.ts'],
    mayTypes: ['host/', 'keeper/contract.ts'],
    without: IO,
  },
  {
    folder: 'api',
    may: [...BASE, 'services/*/contract.ts'],
    mayTypes: ['host/'],
    without: ['node:child_process', 'node:worker_threads'],
  },
  { folder: 'keeper', may: [...BASE, 'host/', 'drivers/log/', 'drivers/dns/', 'drivers/*/contract.ts'] },
  { folder: 'client', may: BASE },
  // Lists of manifests are made without a daemon.
  { folder: 'cli', may: [...BASE, 'client/', 'compose/', 'drivers/remote/'] },
  { folder: 'compose', may: [...BASE, 'client/'] },
  // A pull-through cache is a client of other registries.
  { folder: 'registry', may: [...BASE, 'host/', 'drivers/remote/'] },
  { folder: 'web', may: BASE },
  // The places that construct things (and src/registry/serve.ts, for the registry alone).
  {
    folder: 'daemon',
    may: [...BASE, 'host/', 'drivers/', 'services/', 'api/', 'keeper/', 'registry/', 'web/'],
  },
  {
    folder: 'bin',
    may: [
      ...BASE,
      'host/',
      'drivers/',
      'services/',
      'api/',
      'keeper/',
      'daemon/',
      'client/',
      'cli/',
      'registry/',
    ],
  },
];
