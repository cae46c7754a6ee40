import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Disk, makeImage, messages, startImages } from '../../../../test/harness/images/memory-service.ts';
import { publish } from '../../../../test/harness/images/published.ts';
import { type Digest, sha256 } from '../../../wire/digest.ts';
import { mediaTypes } from '../../../wire/oci-image.ts';
import { parseAuthHeader } from '../../../wire/registry/auth-header.ts';

const credentials = parseAuthHeader(undefined);
const signal = new AbortController().signal;

/** A manifest that refers to another, with one blob. */
function refer(disk: Disk, repository: string, subject: Digest, artifactType: string): Digest {
  const stored = disk.remote.repository(repository);
  const blob = Buffer.from(`signature of ${subject}`);
  const describe = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: sha256(bytes),
    size: bytes.length,
  });
  for (const one of [blob, Buffer.from('{}')]) stored.blobs.set(sha256(one), one);
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      artifactType,
      config: describe('application/vnd.oci.empty.v1+json', Buffer.from('{}')),
      layers: [describe('application/octet-stream', blob)],
      subject: { mediaType: mediaTypes.ociManifest, digest: subject, size: 1 },
    }),
  );
  const digest = sha256(bytes);
  stored.manifests.set(digest, { digest, mediaType: mediaTypes.ociManifest, size: bytes.length, bytes });
  return digest;
}

test('what refers to an image is listed, and goes along on a push where that is asked for', async () => {
  const disk = new Disk();
  const { images } = await startImages(disk);
  const { digest } = publish(disk.remote, 'from.test/app', await makeImage(['a']), { tag: '1' });
  const signature = refer(disk, 'from.test/app', digest, 'application/vnd.signature');
  const ofSignature = refer(disk, 'from.test/app', signature, 'application/vnd.timestamp');
  const { subject, referrers } = await images.referrers('from.test/app:1', credentials, signal);
  assert.equal(subject, digest);
  assert.deepEqual(
    referrers.map((one) => [one.digest, one.artifactType]),
    [[signature, 'application/vnd.signature']],
  );
  await assert.rejects(images.referrers('from.test/app:2', credentials, signal), { kind: 'not-found' });

  await messages(images.pull({ image: 'from.test/app:1', credentials }));
  await images.tag('from.test/app:1', 'to.test/app', '1');
  const there = disk.remote.repository('to.test/app');
  await messages(images.push({ image: 'to.test/app:1', credentials }));
  assert.equal(there.manifests.has(signature), false);
  const said = await messages(images.push({ image: 'to.test/app:1', referrers: true, credentials }));
  for (const one of [signature, ofSignature]) assert.ok(there.manifests.has(one));
  const copied = said.filter(({ status }) => String(status).startsWith('Copied '));
  assert.equal(copied.length, 2);
  assert.equal(disk.scratch.open, 0);

  await messages(images.pull({ image: 'to.test/app:1', credentials }));
  await images.tag('to.test/app:1', 'third.test/app', '1');
  disk.remote.repository('from.test/app').manifests.delete(signature);
  disk.remote.repository('to.test/app').manifests.delete(signature);
  const none = await messages(images.push({ image: 'third.test/app:1', referrers: true, credentials }));
  assert.ok(none.some(({ status }) => status === 'Nothing refers to it where it came from'));
});

/** An image with a signature, pulled, under a name of another registry; both want a password from now on. */
async function privateSource() {
  const disk = new Disk();
  const { images } = await startImages(disk);
  const { digest } = publish(disk.remote, 'from.test/app', await makeImage(['a']), { tag: '1' });
  const signature = refer(disk, 'from.test/app', digest, 'application/vnd.signature');
  await messages(images.pull({ image: 'from.test/app:1', credentials }));
  await images.tag('from.test/app:1', 'to.test/app', '1');
  disk.remote.password = 'secret';
  return { disk, images, digest, signature };
}
const secret = { ...credentials, username: 'a', password: 'secret' };

test('credentials for one registry are not shown to another', async () => {
  const { images } = await privateSource();
  const push = images.push({ image: 'to.test/app:1', referrers: true, credentials: secret });
  await assert.rejects(messages(push), { kind: 'unauthorized' });
});

test('with credentials for both, what is at a private registry goes along, by its digest', async () => {
  const { disk, images, digest, signature } = await privateSource();
  const sourceCredentials = new Map([['from.test', secret]]);
  await messages(
    images.push({ image: 'to.test/app:1', referrers: true, credentials: secret, sourceCredentials }),
  );
  const there = disk.remote.repository('to.test/app');
  assert.equal(there.tags.get('1'), digest);
  assert.ok(there.manifests.has(signature));
});
