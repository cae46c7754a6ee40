import type { Value } from '../template/value.ts';
import type { Shapes } from './shape.ts';
import { typed } from './typed.ts';

/** What is inspected, where Docker's client has a structure for it. */
export type Kind = 'container' | 'image' | 'network' | 'volume';

/** Name of the structure, and where its shapes are; they are loaded when a template wants them. */
const kinds: Readonly<Record<Kind, readonly [name: string, load: () => Promise<Shapes>]>> = {
  container: [
    'container.InspectResponse',
    async () => (await import('./shapes/container.ts')).containerShapes,
  ],
  image: ['image.InspectResponse', async () => (await import('./shapes/image.ts')).imageShapes],
  network: ['network.Inspect', async () => (await import('./shapes/network.ts')).networkShapes],
  volume: ['volume.Volume', async () => (await import('./shapes/volume.ts')).volumeShapes],
};

/** Makes JSON of that kind the structure that templates see. Its result throws `ShapeError`. */
export async function reader(kind: Kind): Promise<(source: Value) => Value> {
  const [name, load] = kinds[kind];
  const shapes = await load();
  return (source) => typed(shapes, name, source);
}
