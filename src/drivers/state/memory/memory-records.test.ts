import { recordStoreSuite } from '../suite.ts';
import { MemoryRecords } from './memory-records.ts';

recordStoreSuite('memory', async () => {
  const texts = new Map<string, string>();
  return {
    open: (schema) => new MemoryRecords(schema, texts),
    spoil: async (key, text) => {
      texts.set(key, text);
    },
  };
});
