import { test } from 'node:test';
import { assertNoDescriptorsLeft } from '../harness/leaks/leaked.ts';
import { descriptors } from '../harness/leaks/snapshot.ts';
import { aPerson } from './person.ts';

test('twenty rounds of daily work leave no descriptor open in daemon and keeper', async (t) => {
  const person = await aPerson(t);
  const round = async () => {
    await person.types('docker run --rm busybox echo out');
    await person.types('docker run --rm -i busybox cat', 'typed');
    await person.types('docker run -d --name box busybox sleep 1000');
    await person.types('docker exec box true');
    await person.types('docker logs box');
    await person.types('docker stats --no-stream box');
    await person.types('docker cp box:/etc/passwd $DIR/passwd');
    await person.types('docker rm -f box');
  };
  await round();
  const before = new Map<number, string[]>();
  for (const pid of await person.engine.processes()) before.set(pid, await descriptors(pid));
  for (let i = 0; i < 20; i++) await round();
  const running = new Set(await person.engine.processes());
  for (const [pid, list] of before) if (running.has(pid)) await assertNoDescriptorsLeft(pid, list);
});
