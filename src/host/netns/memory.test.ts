import { MemoryNetworkStack } from './memory.ts';
import { networkStackSuite } from './suite.ts';

networkStackSuite('in memory', async () => ({
  stack: new MemoryNetworkStack(),
  folder: '/run/netns',
  clean: async () => {},
}));
