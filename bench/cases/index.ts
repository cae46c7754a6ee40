/** Every benchmark. */
import type { BenchGroup } from '../contract.ts';
import { commands } from './commands.ts';
import { crowded } from './crowd.ts';
import { data } from './data.ts';
import { images } from './images.ts';
import { names } from './names.ts';
import { networks } from './networks.ts';
import { registry } from './registry.ts';

export const groups: readonly BenchGroup[] = [commands, crowded, data, images, names, networks, registry];
