import { remoteSuite } from '../suite.ts';
import { MemoryRemote } from './memory-remote.ts';

remoteSuite('memory', async () => ({
  remote: new MemoryRemote(),
  domain: 'r.test',
  async [Symbol.asyncDispose]() {},
}));
