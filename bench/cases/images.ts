/** Images to and from archives, and the making of a layer of many files. */
import { join } from 'node:path';
import { must } from '../../test/harness/command.ts';
import type { Engine } from '../../test/harness/engine/contract.ts';
import { bigLayout, type LayoutShape } from '../../test/harness/images/oci-layout.ts';
import type { BenchCase, BenchGroup } from '../contract.ts';
import { docker } from '../timed.ts';

const IMAGE = 'bench/archived:1';

const archive = (engine: Engine, name: string): string => join(engine.dataRoot, '..', name);

const remove = (engine: Engine): Promise<unknown> => engine.api('DELETE', `/images/${IMAGE}?force=1`);

/** The same image in each engine's folder as `docker save` writes it: its layers are not compressed. */
const writeArchive = (name: string, shape: LayoutShape) => async (engine: Engine) => {
  const layout = await bigLayout(name, shape);
  const target = `docker-archive:${archive(engine, 'image.tar')}:${IMAGE}`;
  await must(['skopeo', '--insecure-policy', 'copy', '-q', `oci:${layout}:big`, target]);
};

async function clear(engine: Engine): Promise<void> {
  await remove(engine);
  await must(['rm', '-f', archive(engine, 'image.tar'), archive(engine, 'saved.tar')]);
}

const load = (what: string, name: string, shape: LayoutShape): BenchCase => ({
  name: `load of ${what}`,
  unit: 'ms',
  samples: 3,
  prepare: writeArchive(name, shape),
  clear,
  async sample(engine) {
    await remove(engine);
    return docker(engine, `load -q -i ${archive(engine, 'image.tar')}`);
  },
});

const big: LayoutShape = { layers: 10, files: 200, fileBytes: 250_000 };

export const images: BenchGroup = {
  name: 'images',
  cases: [
    load('10 layers, 500 MB', 'big', big),
    load('a layer of 50,000 small files', 'many', { layers: 1, files: 50_000, fileBytes: 200 }),
    {
      name: 'save of 10 layers, 500 MB',
      unit: 'ms',
      samples: 3,
      async prepare(engine) {
        await writeArchive('big', big)(engine);
        await docker(engine, `load -q -i ${archive(engine, 'image.tar')}`);
      },
      clear,
      async sample(engine) {
        await must(['rm', '-f', archive(engine, 'saved.tar')]);
        return docker(engine, `save -o ${archive(engine, 'saved.tar')} ${IMAGE}`);
      },
    },
  ],
};
