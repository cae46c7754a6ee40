/** Documents of images come from anywhere: whatever they are, they are read or refused, and nothing else happens. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MinkeError } from '../errors/minke-error.ts';
import { sha256 } from './digest.ts';
import { parseImageConfig, parseManifest } from './oci-document.ts';
import { mediaTypes } from './oci-image.ts';

const readOrRefused = (read: () => unknown): void => {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof MinkeError && error.kind === 'invalid', String(error));
  }
};

/** Values that fields of such documents have, or must not have. */
const value = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    1e21,
    2 ** 53,
    '',
    'linux',
    'layers',
    [],
    {},
    [null],
    '__proto__',
  ),
  fc.constantFrom<unknown>(...Object.values(mediaTypes), sha256('x'), 'sha256:x', 'sha512:'),
  fc.jsonValue({ maxDepth: 2 }),
);
const keys = [
  ...[
    'schemaVersion',
    'mediaType',
    'config',
    'layers',
    'manifests',
    'digest',
    'size',
    'platform',
    'annotations',
  ],
  ...['architecture', 'os', 'rootfs', 'type', 'diff_ids', 'history', 'created', 'Env', 'Cmd', 'urls', 'data'],
  ...['__proto__', 'constructor', 'toString'],
];
const flat = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 8 });
const document = fc.dictionary(
  fc.constantFrom(...keys),
  fc.oneof(value, flat, fc.array(flat, { maxLength: 3 })),
  {
    maxKeys: 10,
  },
);
const bytes = fc.oneof(
  document.map((made) => Buffer.from(JSON.stringify(made))),
  fc.uint8Array({ maxLength: 200 }).map((made) => Buffer.from(made)),
  fc.string({ maxLength: 200 }).map((made) => Buffer.from(made)),
);
const mediaType = fc.oneof(fc.constantFrom(...Object.values(mediaTypes)), fc.string({ maxLength: 20 }));

test('any manifest', () => {
  fc.assert(
    fc.property(bytes, mediaType, (given, type) => readOrRefused(() => parseManifest(given, type))),
    { numRuns: 3000 },
  );
});

test('any image config', () => {
  fc.assert(
    fc.property(bytes, (given) => readOrRefused(() => parseImageConfig(given))),
    { numRuns: 3000 },
  );
  assert.equal(Reflect.get({}, 'os'), undefined);
});

test('a document of 10,000 levels', () => {
  const deep = Buffer.from(`${'{"config":'.repeat(10_000)}1${'}'.repeat(10_000)}`);
  readOrRefused(() => parseImageConfig(deep));
  readOrRefused(() => parseManifest(deep, mediaTypes.ociManifest));
});
