import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sha256 } from '../../wire/digest.ts';
import { RegistryError } from '../errors.ts';
import { digestsNamed, readManifest } from './manifest-document.ts';

test('any bytes are a manifest or MANIFEST_INVALID', () => {
  const types = fc.constantFrom(
    '',
    'application/json',
    'application/vnd.oci.image.manifest.v1+json',
    'text/plain',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => Buffer.from(text)),
      ),
      types,
      (bytes, type) => {
        try {
          readManifest(bytes, type);
        } catch (error) {
          assert.ok(error instanceof RegistryError && error.code === 'MANIFEST_INVALID', String(error));
        }
        digestsNamed(bytes);
      },
    ),
  );
});

test('what a stored document names is found at any depth', () => {
  const digests = ['a', 'b', 'c'].map(sha256);
  const [first, second, third] = digests;
  const document = {
    config: { digest: first },
    x: [{ y: { digest: second } }],
    fsLayers: [{ blobSum: third }],
  };
  assert.deepEqual(
    [...(digestsNamed(Buffer.from(JSON.stringify(document))) ?? [])].sort(),
    [...digests].sort(),
  );
  assert.equal(digestsNamed(Buffer.from('{')), null);
  const deep = Buffer.from(`${'['.repeat(5000)}"${first}"${']'.repeat(5000)}`);
  assert.deepEqual([...(digestsNamed(deep) ?? [])], [first]);
});
