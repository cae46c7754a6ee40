/** A daemon's storage work without end, to be killed at any moment. Arguments: driver, data root. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openOverlay2, openVfs } from '../../../src/drivers/storage/open.ts';
import { ArchiveThreads } from '../../../src/host/archive/threads.ts';
import { LinuxMounts } from '../../../src/host/mount/linux/mounts.ts';
import { rawEnd, rawFile } from '../../../src/kit/tar/raw-tar.fixture.ts';

const [, , kind, dataRoot = ''] = process.argv;
const archives = new ArchiveThreads({
  entry: new URL('../../../src/host/archive/worker.ts', import.meta.url),
});
const storage =
  kind === 'vfs'
    ? openVfs({ dataRoot, archives })
    : openOverlay2({ dataRoot, mounts: new LinuxMounts(), archives });
await storage.restore(new Set());
process.stdout.write('ready\n');

const content = (): Readable =>
  Readable.from(
    (function* () {
      for (let i = 0; i < 40; i++)
        yield rawFile(`d${i % 5}/${Math.random()}`, 'x'.repeat(Math.random() * 5000));
      yield rawEnd;
    })(),
    { objectMode: false },
  );

for (let round = 0; ; round++) {
  const low = await storage.addLayer(content(), { parent: null });
  const high = await storage.addLayer(content(), { parent: low.chainId });
  const id = `c${process.pid}x${round}`;
  await storage.create(id, { parent: high.chainId, ephemeral: round % 2 === 0 });
  const root = await storage.mount(id);
  writeFileSync(join(root, 'written'), 'x'.repeat(10_000));
  if (round % 3 === 0) continue;
  await storage.unmount(id);
  await storage.remove(id);
  if (round % 3 === 1) continue;
  await storage.removeLayer(high.chainId);
  await storage.removeLayer(low.chainId);
}
