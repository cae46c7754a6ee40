import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isKind } from '../../errors/minke-error.ts';
import { parseReference } from '../../kit/reference/reference.ts';
import { sha256 } from '../../wire/digest.ts';
import { mediaTypes } from '../../wire/oci-image.ts';
import {
  documentOf,
  type ImageManifest,
  manifestText,
  parseManifestFile,
  plainText,
} from './image-manifest.ts';
import { checkPlatforms, listDocument } from './list-document.ts';

const config = { mediaType: mediaTypes.ociConfig, digest: sha256('{}'), size: 2 };
const raw = Buffer.from(
  `${JSON.stringify({ schemaVersion: 2, config, layers: [], note: '<a>' }, null, 4)}\n`,
);
const arm: ImageManifest = {
  ref: parseReference('localhost:5000/app:arm'),
  descriptor: {
    mediaType: mediaTypes.ociManifest,
    digest: sha256(raw),
    size: raw.length,
    platform: { architecture: 'arm', os: 'linux', 'os.version': '', 'os.features': [], variant: 'v7' },
  },
  raw,
};

test('a file is read as it was written, and keeps every byte of the manifest', () => {
  const text = manifestText(arm);
  assert.match(
    text,
    /^\{"Ref":"localhost:5000\/app:arm","Descriptor":\{"mediaType":"[^"]+","digest":"sha256:[0-9a-f]{64}","size":\d+,"platform":\{"architecture":"arm","os":"linux","variant":"v7"\}\},"Raw":"[^"]+","OCIManifest":\{"schemaVersion":2,.*"note":"\\u003ca\\u003e"\}\}$/,
  );
  assert.deepEqual(parseManifestFile(text, 'x'), arm);
  assert.equal(documentOf(arm).config.digest, config.digest);
  assert.ok(plainText(arm, false).endsWith('}\n'));
  assert.ok(plainText(arm, true).endsWith('}'));
});

test('bytes of another digest are not passed on', () => {
  const other = { ...arm, raw: Buffer.concat([raw, Buffer.from(' ')]) };
  assert.throws(() => documentOf(other), /internal digest mismatch for localhost:5000\/app:arm/);
});

test('a list is of one registry, and says for each image what it runs on', () => {
  const target = parseReference('localhost:5000/all:1');
  const list = JSON.parse(listDocument(target, [arm]).bytes.toString());
  assert.equal(list.mediaType, mediaTypes.ociIndex);
  assert.deepEqual(list.manifests[0].platform, { architecture: 'arm', os: 'linux', variant: 'v7' });
  const elsewhere = parseReference('other.example/all:1');
  assert.throws(() => listDocument(elsewhere, [arm]), /from a different registry than the target image/);
  const bare = { ...arm, descriptor: { ...arm.descriptor, platform: undefined } };
  assert.throws(() => checkPlatforms([bare]), /must have an OS and Architecture/);
  checkPlatforms([arm]);
});

test('any file gives a manifest or `invalid`, nothing else', () => {
  const attempt = (content: string): void => {
    try {
      documentOf(parseManifestFile(content, 'x'));
    } catch (error) {
      assert.ok(isKind(error, 'invalid'), String(error));
    }
  };
  const good = manifestText(arm);
  fc.assert(
    fc.property(fc.string(), fc.nat(good.length), fc.nat(20), (text, at, length) => {
      attempt(text);
      attempt(good.slice(0, at) + text + good.slice(at + length));
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      attempt(JSON.stringify(value));
      attempt(JSON.stringify({ ...JSON.parse(good), Raw: null, OCIManifest: value }));
    }),
  );
});
