/** An engine with an image in it, and registries that it can reach. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Engine, EngineName } from '../harness/engine/contract.ts';
import { startEngine } from '../harness/engine/start.ts';
import { loadBusybox } from '../harness/images/busybox.ts';

export interface Stage {
  readonly engine: Engine;
  /** Answers what the engine left behind. */
  stop(): Promise<string[]>;
}

export async function setStage(name: EngineName): Promise<Stage> {
  const engine = await startEngine(name);
  try {
    await loadBusybox(engine);
    const program = fileURLToPath(new URL('./registries.ts', import.meta.url));
    const argv = [`--net=/run/netns/${engine.netns}`, process.execPath, program];
    const registries = spawn('nsenter', argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(registries, 'exit');
    await Promise.race([
      once(registries.stdout, 'data'),
      ended.then(() => Promise.reject(new Error('the registries ended before they listened'))),
    ]);
    return {
      engine,
      async stop() {
        registries.stdin.end();
        await ended;
        return engine.stop();
      },
    };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}
