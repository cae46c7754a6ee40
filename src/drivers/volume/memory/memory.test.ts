import { volumeDriverSuite } from '../suite.ts';
import { MemoryVolumes } from './memory.ts';

volumeDriverSuite('memory', async () => {
  const volumes = new Set<string>();
  return { open: () => new MemoryVolumes('local', volumes) };
});
