import { blobStoreSuite, scratchSuite } from '../blob-suite.ts';
import { MemoryBlobs, MemoryScratch } from './memory-blobs.ts';

blobStoreSuite('memory', async () => new MemoryBlobs());
scratchSuite('memory', async () => new MemoryScratch());
