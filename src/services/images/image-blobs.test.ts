import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeImage } from '../../../test/harness/images/memory-service.ts';
import { MemoryBlobs } from '../../drivers/state/memory/memory-blobs.ts';
import { MemoryRecords } from '../../drivers/state/memory/memory-records.ts';
import { MemoryStorage } from '../../drivers/storage/memory/memory.ts';
import { ImageCatalog, ImageRecordSchema } from './catalog.ts';
import { ImageBlobs } from './image-blobs.ts';
import { LayerSourceSchema, LayerSources } from './layer-sources.ts';
import { ImageLayers } from './layers.ts';

/** Somebody works on while blobs are listed. */
class SlowBlobs extends MemoryBlobs {
  meanwhile = async (): Promise<void> => {};

  override async list(): ReturnType<MemoryBlobs['list']> {
    const listed = await super.list();
    await this.meanwhile();
    return listed;
  }
}

test('a sweep leaves a manifest that an image gets while it looks, and takes what nobody has', async () => {
  const storage = new MemoryStorage();
  const store = new SlowBlobs();
  const catalog = new ImageCatalog({
    blobs: store,
    records: new MemoryRecords(ImageRecordSchema),
    layers: new ImageLayers(storage),
  });
  const sources = new LayerSources(new MemoryRecords(LayerSourceSchema));
  const blobs = new ImageBlobs(store);
  const { id, config } = await makeImage([]);
  await catalog.add(config);

  const { digest, size } = await store.put(Buffer.from('a manifest'));
  const unpin = blobs.pin([digest]);
  await store.put(Buffer.from('nobody’s'));
  store.meanwhile = async () => {
    await catalog.addManifest(id, { digest, mediaType: '', size });
    unpin();
  };
  await blobs.sweep({ catalog, sources, storage });
  assert.deepEqual((await store.list()).map((blob) => blob.digest).sort(), [digest, id].sort());
});
