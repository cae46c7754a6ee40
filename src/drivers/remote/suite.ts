import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { isKind } from '../../errors/minke-error.ts';
import { sha256 } from '../../wire/digest.ts';
import { mediaTypes } from '../../wire/oci-image.ts';
import { parseAuthHeader } from '../../wire/registry/auth-header.ts';
import type { OpenOptions, Remote, UploadSource } from './contract.ts';

export interface RemoteUnderTest extends AsyncDisposable {
  readonly remote: Remote;
  readonly domain: string;
}

const nobody = parseAuthHeader(undefined);
const push: OpenOptions = { actions: 'push', credentials: nobody };
const signal = new AbortController().signal;

const sourceOf = (bytes: Buffer): UploadSource => ({
  digest: sha256(bytes),
  size: bytes.length,
  open: (offset) => Readable.from([Buffer.from(bytes.subarray(offset))], { objectMode: false }),
});

/** What every driver must do; an empty registry each time. */
export function remoteSuite(name: string, make: () => Promise<RemoteUnderTest>): void {
  const bytes = Buffer.from('layer '.repeat(1000));
  const manifest = Buffer.from('{"schemaVersion":2}');

  test(`${name}: blobs go up and come down, whole or from a place on`, async () => {
    await using made = await make();
    const repository = made.remote.open({ domain: made.domain, path: 'a/b' }, push);
    assert.equal(await repository.blobSize(sha256(bytes), signal), null);
    const told: number[] = [];
    await repository.upload(sourceOf(bytes), (sent) => void told.push(sent), signal);
    assert.equal(told.at(-1), bytes.length);
    assert.equal(await repository.blobSize(sha256(bytes), signal), bytes.length);
    const whole = await repository.blob(sha256(bytes), 0, signal);
    assert.equal(whole.offset, 0);
    assert.deepEqual(await buffer(whole.stream), bytes);
    const rest = await repository.blob(sha256(bytes), 5990, signal);
    assert.equal(rest.offset, 5990);
    assert.deepEqual(await buffer(rest.stream), bytes.subarray(5990));
    await assert.rejects(repository.blob(sha256('none'), 0, signal));
  });

  test(`${name}: manifests by tag and by digest, and the tags`, async () => {
    await using made = await make();
    const repository = made.remote.open({ domain: made.domain, path: 'a' }, push);
    await assert.rejects(repository.manifest('1', signal), (error) => isKind(error, 'not-found'));
    assert.equal(await repository.describe('1', signal), null);
    await repository.putManifest('1', { mediaType: mediaTypes.ociManifest, bytes: manifest }, signal);
    const expected = { digest: sha256(manifest), mediaType: mediaTypes.ociManifest, size: manifest.length };
    assert.deepEqual(await repository.describe('1', signal), expected);
    for (const reference of ['1', sha256(manifest)])
      assert.deepEqual(await repository.manifest(reference, signal), { ...expected, bytes: manifest });
    assert.deepEqual(await repository.tags(signal), ['1']);
  });

  test(`${name}: what refers to a manifest`, async () => {
    await using made = await make();
    const repository = made.remote.open({ domain: made.domain, path: 'a' }, push);
    const subject = { mediaType: mediaTypes.ociManifest, digest: sha256(manifest), size: manifest.length };
    await repository.putManifest('1', { mediaType: mediaTypes.ociManifest, bytes: manifest }, signal);
    const before = await repository.referrers(subject.digest, signal);
    assert.deepEqual(before.manifests, []);
    const config = Buffer.from('{}');
    await repository.upload(sourceOf(config), () => {}, signal);
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociManifest,
        artifactType: 'application/vnd.test',
        config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256(config), size: 2 },
        layers: [],
        subject,
      }),
    );
    await repository.putManifest(sha256(bytes), { mediaType: mediaTypes.ociManifest, bytes }, signal);
    const { manifests, tag } = await repository.referrers(subject.digest, signal);
    // Where the registry keeps no account, whoever adds one does.
    if (tag === null)
      assert.deepEqual(
        manifests.map(({ digest }) => digest),
        [sha256(bytes)],
      );
    else assert.equal(tag, `sha256-${subject.digest.slice('sha256:'.length)}`);
  });

  test(`${name}: a blob is taken over from another repository`, async () => {
    await using made = await make();
    const from = made.remote.open({ domain: made.domain, path: 'from' }, push);
    const to = made.remote.open({ domain: made.domain, path: 'to' }, push);
    assert.equal(await to.mount(sha256(bytes), 'from', signal), false);
    await from.upload(sourceOf(bytes), () => {}, signal);
    assert.equal(await to.mount(sha256(bytes), 'from', signal), true);
    assert.equal(await to.blobSize(sha256(bytes), signal), bytes.length);
  });
}
