import type { DiskUsage } from '../../client/system/disk-usage.ts';
import type { Cli } from '../cli.ts';
import { type Listing, parseFormat, writeListing } from '../format/listing.ts';
import { humanSize } from '../format/units.ts';

interface Summary {
  readonly type: string;
  readonly total: number;
  readonly active: number;
  readonly size: number;
  readonly reclaimable: number;
  readonly percent: boolean;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Stopped containers give their files back. */
const isActive = (state: string): boolean =>
  ['running', 'paused', 'restarting'].some((word) => state.includes(word));

export function summaries(usage: DiskUsage): Summary[] {
  const { images, containers, volumes, buildCache } = usage;
  const used = images
    .filter(({ Containers }) => Containers !== 0)
    .filter(({ Size, SharedSize }) => Size !== -1 && SharedSize !== -1);
  const cache = sum(buildCache.filter(({ Shared }) => !Shared).map(({ Size }) => Size));
  const cacheInUse = sum(buildCache.filter(({ InUse, Shared }) => InUse && !Shared).map(({ Size }) => Size));
  const known = volumes.filter(({ Size }) => Size !== -1);
  return [
    {
      type: 'Images',
      total: images.length,
      active: images.filter(({ Containers }) => Containers > 0).length,
      size: usage.layersSize,
      reclaimable: usage.layersSize - sum(used.map(({ Size, SharedSize }) => Size - SharedSize)),
      percent: true,
    },
    {
      type: 'Containers',
      total: containers.length,
      active: containers.filter(({ State }) => isActive(State)).length,
      size: sum(containers.map(({ SizeRw }) => SizeRw)),
      reclaimable: sum(containers.filter(({ State }) => !isActive(State)).map(({ SizeRw }) => SizeRw)),
      percent: true,
    },
    {
      type: 'Local Volumes',
      total: volumes.length,
      active: volumes.filter(({ RefCount }) => RefCount > 0).length,
      size: sum(known.map(({ Size }) => Size)),
      reclaimable: sum(known.filter(({ RefCount }) => RefCount === 0).map(({ Size }) => Size)),
      percent: true,
    },
    {
      type: 'Build Cache',
      total: buildCache.length,
      active: buildCache.filter(({ InUse }) => InUse).length,
      size: cache,
      reclaimable: cache - cacheInUse,
      percent: false,
    },
  ];
}

const listing: Listing<Summary> = {
  typeName: '*formatter.diskUsageImagesContext',
  headers: { Type: 'TYPE', TotalCount: 'TOTAL', Active: 'ACTIVE', Size: 'SIZE', Reclaimable: 'RECLAIMABLE' },
  fields: (summary) => ({
    Type: summary.type,
    TotalCount: String(summary.total),
    Active: String(summary.active),
    Size: humanSize(summary.size),
    Reclaimable:
      summary.percent && summary.size > 0
        ? `${humanSize(summary.reclaimable)} (${Math.trunc((summary.reclaimable * 100) / summary.size)}%)`
        : humanSize(summary.reclaimable),
  }),
};

const table = '{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}';
const raw =
  'type: {{.Type}}\ntotal: {{.TotalCount}}\nactive: {{.Active}}\nsize: {{.Size}}\nreclaimable: {{.Reclaimable}}\n';

/** One line a kind of object. */
export function showSummary(cli: Cli, usage: DiskUsage, source: string): void {
  writeListing(cli, parseFormat(source === 'raw' ? raw : source, table), listing, summaries(usage));
}
