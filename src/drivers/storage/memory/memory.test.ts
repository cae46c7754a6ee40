import { storageSuite } from '../suite.ts';
import { MemoryStorage } from './memory.ts';

storageSuite('memory', { files: false, open: async () => ({ storage: new MemoryStorage() }) });
