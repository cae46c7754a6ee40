import { RuntimeFailure } from '../contract.ts';
import { type Behaviour, type KeeperUnderTest, keeperSuite } from '../suite.ts';
import { MemoryKeeper, type MemoryProgram, waits } from './memory-keeper.ts';

function programOf(behaviour: Behaviour): MemoryProgram {
  switch (behaviour.does) {
    case 'say':
      return async ({ write }) => {
        if (behaviour.stdout !== undefined) write('stdout', behaviour.stdout);
        if (behaviour.stderr !== undefined) write('stderr', behaviour.stderr);
        return behaviour.code;
      };
    case 'echo':
      return async ({ stdin, write }) => {
        for await (const bytes of stdin) write('stdout', bytes);
        return 0;
      };
    case 'wait':
      return waits;
    case 'fail':
      return async () => {
        throw new RuntimeFailure('exec: no-such-program: not found');
      };
  }
}

keeperSuite('memory', async (): Promise<KeeperUnderTest> => {
  const behaviours = new Map<string, Behaviour>();
  const keeper = new MemoryKeeper((task) => programOf(behaviours.get(task.id) ?? { does: 'wait' }));
  let next = 1;
  return {
    keeper,
    async task(behaviour, options = {}) {
      const id = `task-${next}`;
      next += 1;
      behaviours.set(id, behaviour);
      return {
        id,
        container: id,
        kind: 'container',
        argv: ['runtime'],
        env: {},
        cwd: '/',
        tty: false,
        openStdin: false,
        stdinOnce: false,
        log: { driver: 'none' },
        ...options,
      };
    },
    kill: ({ id }) => keeper.end(id),
  };
});
