/** The same cases over every storage that needs nothing but this machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { FileStorage } from '../../../src/registry/storage/filesystem/filesystem.ts';
import { MemoryStorage } from '../../../src/registry/storage/memory/memory.ts';
import { S3Client } from '../../../src/registry/storage/s3/client.ts';
import { S3Storage } from '../../../src/registry/storage/s3/s3.ts';
import type { Ask } from '../../harness/registry/ask.ts';
import { startRegistry, type TestRegistry } from '../../harness/registry/registry.ts';
import { type S3Double, s3Bucket, s3Key, startS3 } from '../../harness/registry/s3-double.ts';

type Kind = 'memory' | 'filesystem' | 'S3';
export const local: readonly Kind[] = ['memory', 'filesystem'];
/** Also over S3: for the groups that write. */
export const all: readonly Kind[] = [...local, 'S3'];

/** Defines the cases of a group once a storage; `ask` asks that registry. */
export function overStorages(
  group: string,
  kinds: readonly Kind[],
  define: (name: string, ask: Ask) => void,
): void {
  for (const kind of kinds) {
    let double: S3Double | undefined;
    let registry: TestRegistry | undefined;
    let folder = '';
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'registry-conformance-'));
      if (kind === 'S3') double = await startS3();
      const client =
        double === undefined ? null : new S3Client({ ...s3Key, endpoint: double.endpoint, bucket: s3Bucket });
      registry = await startRegistry(
        {},
        client !== null
          ? new S3Storage(client, { prefix: '' })
          : kind === 'memory'
            ? new MemoryStorage()
            : await FileStorage.open(folder),
      );
    });
    after(async () => {
      await registry?.close();
      double?.close();
      await rm(folder, { recursive: true, force: true });
    });
    define(`${group} (${kind})`, (...args) => {
      if (registry === undefined) throw new Error('the registry is not there yet');
      return registry.ask(...args);
    });
  }
}
