import type { ImageSummary } from '../../client/images/list.ts';
import type { BuildCacheRecord, DiskUsage } from '../../client/system/disk-usage.ts';
import { familiarName, parseReference } from '../../kit/reference/reference.ts';
import type { Cli } from '../cli.ts';
import { shortId } from '../format/identity.ts';
import { type Listing, parseFormat, renderListing } from '../format/listing.ts';
import { humanDuration, humanSize } from '../format/units.ts';
import { containerListing } from '../listings/container.ts';
import { type ImageRow, imageListing, isDangling } from '../listings/image.ts';
import { volumeListing } from '../listings/volume.ts';
import { execute } from '../template/execute.ts';
import { Struct } from '../template/struct.ts';
import { Row } from '../template/value.ts';
import { summaries } from './summary.ts';

const ago = (time: string): string => {
  const then = Date.parse(time);
  return Number.isNaN(then) || then <= 0 ? '' : `${humanDuration(Date.now() - then)} ago`;
};

const cacheListing: Listing<BuildCacheRecord> = {
  typeName: '*formatter.buildCacheContext',
  headers: {
    ID: 'CACHE ID',
    Parent: 'PARENT',
    CacheType: 'CACHE TYPE',
    Size: 'SIZE',
    CreatedSince: 'CREATED',
    LastUsedSince: 'LAST USED',
    UsageCount: 'USAGE',
    Shared: 'SHARED',
    Description: 'DESCRIPTION',
    InUse: 'IN USE',
  },
  fields: (record) => ({
    ID: `${shortId(record.ID)}${record.InUse ? '*' : ''}`,
    Parent: record.Parents.map(shortId).join(', '),
    CacheType: record.Type,
    Description: record.Description,
    Size: humanSize(record.Size, 3),
    CreatedAt: record.CreatedAt,
    CreatedSince: ago(record.CreatedAt),
    LastUsedAt: record.LastUsedAt,
    LastUsedSince: ago(record.LastUsedAt),
    UsageCount: String(record.UsageCount),
    InUse: String(record.InUse),
    Shared: String(record.Shared),
  }),
};

/** An image under the first of its names. */
function imageRow(image: ImageSummary): ImageRow {
  const none = { image, repository: '<none>', tag: '<none>', digest: '' };
  const [name] = image.RepoTags;
  if (name === undefined || isDangling(image)) return none;
  const parsed = parseReference(name);
  return parsed.tag === undefined
    ? none
    : { image, repository: familiarName(parsed), tag: parsed.tag, digest: '' };
}

const tables = {
  images:
    '{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}',
  containers:
    '{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}',
  volumes: '{{.Name}}\t{{.Links}}\t{{.Size}}',
  cache:
    '{{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t{{.UsageCount}}\t{{.Shared}}',
};

/** Every object, by kind; a template sees all of them at once. */
export function showVerbose(cli: Cli, usage: DiskUsage, source: string): void {
  const truncate = source === 'table';
  const images = usage.images.map(imageRow);
  const containers = usage.containers.map((container) => ({ ...container, SizeRootFs: 0 }));
  if (!truncate) {
    const rows = <T>(listing: Listing<T>, items: readonly T[]): Row[] =>
      items.map((item) => new Row(listing.typeName, listing.fields(item)));
    const { template } = parseFormat(source, '{{json .}}');
    const data = new Struct(
      '*formatter.diskUsageContext',
      Object.entries({
        Images: rows(imageListing(false), images),
        Containers: rows(containerListing(false), containers),
        Volumes: rows(volumeListing, usage.volumes),
        BuildCache: rows(cacheListing, usage.buildCache),
      }).map(([name, value]) => ({ name, key: name, value, omitEmpty: false, embedded: false })),
    );
    cli.out.text(`${execute(template, data)}${source === 'json' ? '\n' : ''}`);
    return;
  }
  const terminal = cli.out.isTerminal;
  const part = <T>(table: string, listing: Listing<T>, items: readonly T[]): string =>
    renderListing(parseFormat('table', table), listing, items, terminal);
  const cacheSize = summaries(usage).at(-1)?.size ?? 0;
  cli.out.raw(
    `Images space usage:\n\n${part(tables.images, imageListing(true), images)}` +
      `\nContainers space usage:\n\n${part(tables.containers, containerListing(true), containers)}` +
      `\nLocal Volumes space usage:\n\n${part(tables.volumes, volumeListing, usage.volumes)}` +
      `\nBuild cache usage: ${humanSize(cacheSize)}\n\n${part(tables.cache, cacheListing, usage.buildCache)}`,
  );
}
