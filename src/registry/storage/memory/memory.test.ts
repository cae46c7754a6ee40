import { CachedStorage } from '../cached.ts';
import { storageSuite } from '../suite.ts';
import { MemoryStorage } from './memory.ts';

storageSuite('memory storage', async () => ({ storage: new MemoryStorage() }));
storageSuite('cached memory storage', async () => ({ storage: new CachedStorage(new MemoryStorage()) }));
