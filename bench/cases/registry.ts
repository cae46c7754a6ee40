/** Images to and from a registry on the same machine: Debian's docker-registry in each engine's namespace. */
import { must } from '../../test/harness/command.ts';
import type { Engine } from '../../test/harness/engine/contract.ts';
import { bigLayout } from '../../test/harness/images/oci-layout.ts';
import { type DockerRegistry, startRegistry } from '../../test/harness/registry/docker-registry.ts';
import type { BenchGroup } from '../contract.ts';
import { docker, peakMemory } from '../timed.ts';

const shape = { layers: 10, files: 200, fileBytes: 250_000 };
const registries = new Map<Engine, DockerRegistry>();
const IMAGE = 'localhost:5000/big:1';
let copies = 0;

async function prepare(engine: Engine): Promise<void> {
  const layout = await bigLayout('big', shape);
  registries.set(engine, await startRegistry(engine, { port: 5000 }));
  const copy = ['skopeo', '--insecure-policy', 'copy', '-q', '--dest-tls-verify=false', `oci:${layout}:big`];
  await must(['nsenter', `--net=/run/netns/${engine.netns}`, ...copy, `docker://${IMAGE}`]);
}

async function clear(engine: Engine): Promise<void> {
  await engine.api('DELETE', `/images/${IMAGE}?force=1`);
  await registries.get(engine)?.stop();
  registries.delete(engine);
}

async function pull(engine: Engine): Promise<number> {
  await engine.api('DELETE', `/images/${IMAGE}?force=1`);
  return docker(engine, `pull -q ${IMAGE}`);
}

export const registry: BenchGroup = {
  name: 'registry',
  cases: [
    { name: 'pull of 10 layers, 500 MB', unit: 'ms', samples: 3, prepare, clear, sample: pull },
    {
      name: 'memory while it pulls 500 MB, at most',
      clients: 0,
      unit: 'MB',
      samples: 1,
      prepare,
      clear,
      sample: (engine) => {
        const beside = registries.get(engine);
        return peakMemory(engine, () => pull(engine), beside === undefined ? [] : [beside.pid]);
      },
    },
    {
      name: 'push of 10 layers, 500 MB',
      unit: 'ms',
      samples: 3,
      async prepare(engine) {
        await prepare(engine);
        await pull(engine);
        // As if it were made here: no registry is known to have its layers.
        const tar = `${engine.dataRoot}/../big.tar`;
        await docker(engine, `save -o ${tar} ${IMAGE}`);
        await engine.api('DELETE', `/images/${IMAGE}?force=1`);
        await registries.get(engine)?.stop();
        await must(['rm', '-rf', `${engine.dataRoot}/../registry-5000`]);
      },
      clear,
      async sample(engine) {
        // A registry that has nothing, and an engine that has pushed nothing.
        const folder = `registry-${++copies}`;
        const fresh = await startRegistry(engine, { port: 5000, folder });
        try {
          await engine.api('DELETE', `/images/${IMAGE}?force=1`);
          await docker(engine, `load -q -i ${engine.dataRoot}/../big.tar`);
          return await docker(engine, `push -q ${IMAGE}`);
        } finally {
          await fresh.stop();
          await must(['rm', '-rf', `${engine.dataRoot}/../${folder}`]);
        }
      },
    },
  ],
};
