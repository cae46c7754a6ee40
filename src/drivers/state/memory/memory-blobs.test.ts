import { blobStoreSuite, incomingSuite, scratchSuite } from '../blob-suite.ts';
import { MemoryBlobs, MemoryIncoming, MemoryScratch } from './memory-blobs.ts';

blobStoreSuite('memory', async () => new MemoryBlobs());
incomingSuite('memory', async () => {
  const blobs = new MemoryBlobs();
  return { blobs, incoming: new MemoryIncoming(blobs) };
});
scratchSuite('memory', async () => new MemoryScratch());
