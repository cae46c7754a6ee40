/**
 * Collections of things that this version can't make: there are none, so to list or to prune them is no error.
 * `docker system prune` asks for the build cache each time.
 */
import { filters, flag, integer, integerTold } from '../../wire/api/fields.ts';
import { json } from '../answer.ts';
import { route } from '../route.ts';

export const pruneBuildCache = route({
  method: 'POST',
  path: '/build/prune',
  operation: 'BuildPrune',
  since: 31,
  query: {
    all: flag(),
    filters,
    'keep-storage': integerTold('keep-storage is in bytes and expects an integer, got %: '),
    'reserved-space': integer,
    'max-used-space': integer,
    'min-free-space': integer,
  },
  handle: () => json({ CachesDeleted: null, SpaceReclaimed: 0 }),
});

export const listPlugins = route({
  method: 'GET',
  path: '/plugins',
  operation: 'PluginList',
  since: 24,
  query: { filters },
  handle: () => json([]),
});
