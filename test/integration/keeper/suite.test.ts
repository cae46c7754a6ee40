/** The real keeper passes the suite, with both runtimes. */
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import type { KeeperClient } from '../../../src/keeper/client/keeper-client.ts';
import { type KeeperUnderTest, keeperSuite } from '../../../src/keeper/suite.ts';
import { type BundleOptions, Ground, type Runtime } from './ground.ts';

const argsOf = { say: [], echo: ['cat'], wait: ['sleep', '1000'], fail: ['no-such-program'] } as const;

for (const runtime of ['crun', 'runc'] as const satisfies readonly Runtime[]) {
  // With a suite around them, since hooks of the file itself may run while the second half is still at work.
  describe(runtime, () => {
    let ground: Ground;
    let keeper: KeeperClient;
    before(async () => {
      ground = await Ground.make();
      keeper = await ground.open();
    });
    after(async () => assert.deepEqual(await ground.close(), { retired: true }));

    keeperSuite(
      `keeper with ${runtime}`,
      async (): Promise<KeeperUnderTest> => ({
        keeper,
        async task(
          behaviour,
          { kind = 'container', tty = false, openStdin = false, stdinOnce = false } = {},
        ) {
          const bundle: BundleOptions = { tty, args: argsOf[behaviour.does] };
          const shell = (script: string): BundleOptions => ({ tty, args: ['sh', '-c', script] });
          const { stdout = '', stderr = '', code = 0 } = behaviour.does === 'say' ? behaviour : {};
          const chosen =
            behaviour.does === 'say'
              ? shell(`printf '${stdout}'; printf '${stderr}' >&2; exit ${code}`)
              : bundle;
          const options = { openStdin, stdinOnce };
          if (kind === 'container') return ground.container(chosen, options, runtime);
          const container = await ground.container({ args: ['sleep', '100'] }, {}, runtime);
          await keeper.launch(container);
          return ground.exec(container, chosen, options);
        },
        kill: ({ id }) => {
          ground.kill(id).catch(() => {});
        },
      }),
    );
  });
}
