import { shortId } from '../format/identity.ts';
import type { Listing } from '../format/listing.ts';
import { bytesSize, humanSize } from '../format/units.ts';
import type { Usage } from './usage.ts';

/** A line of the table: a container that was asked for, and what it uses where that is known. */
export interface StatsRow {
  readonly asked: string;
  readonly usage: Usage | undefined;
}

export const statsTable =
  '{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}';

const percent = (value: number): string => `${value.toFixed(2)}%`;
const size = (value: number): string => humanSize(value, 3);

export const statsListing = (truncate: boolean): Listing<StatsRow> => ({
  typeName: '*container.statsContext',
  headers: {
    Container: 'CONTAINER',
    Name: 'NAME',
    ID: 'CONTAINER ID',
    CPUPerc: 'CPU %',
    MemUsage: 'MEM USAGE / LIMIT',
    MemPerc: 'MEM %',
    NetIO: 'NET I/O',
    BlockIO: 'BLOCK I/O',
    PIDs: 'PIDS',
  },
  fields: ({ asked, usage }) => ({
    Container: asked,
    Name: usage === undefined || usage.name === '' ? '--' : usage.name,
    ID: usage === undefined ? '--' : truncate ? shortId(usage.id) : usage.id,
    CPUPerc: usage === undefined ? '--' : percent(usage.cpu),
    MemUsage:
      usage === undefined ? '-- / --' : `${bytesSize(usage.memory)} / ${bytesSize(usage.memoryLimit)}`,
    MemPerc:
      usage === undefined
        ? '--'
        : percent(usage.memoryLimit === 0 ? 0 : (usage.memory / usage.memoryLimit) * 100),
    NetIO: usage === undefined ? '--' : `${size(usage.received)} / ${size(usage.sent)}`,
    BlockIO: usage === undefined ? '--' : `${size(usage.read)} / ${size(usage.written)}`,
    PIDs: usage === undefined ? '--' : String(usage.pids),
  }),
});
