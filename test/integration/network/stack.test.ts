import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { networkStackSuite } from '../../../src/host/netns/suite.ts';
import { NetworkThread } from '../../../src/host/netns/thread.ts';
import { inside } from './inside.ts';

if (inside(import.meta.url)) {
  networkStackSuite('of the kernel', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'minke-netns-'));
    const stack = new NetworkThread({ entry: new URL('../../../src/host/netns/worker.ts', import.meta.url) });
    return {
      stack,
      folder,
      clean: async () => {
        await stack.close();
        await rm(folder, { recursive: true });
      },
    };
  });
}
