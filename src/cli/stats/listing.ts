import { shortId } from '../format/identity.ts';
import type { Listing } from '../format/listing.ts';
import { bytesSize, humanSize } from '../format/units.ts';
import { sparkline } from './sparkline.ts';
import type { Usage } from './usage.ts';

/** A line of the table: a container that was asked for, and what it uses where that is known. */
export interface StatsRow {
  readonly asked: string;
  readonly usage: Usage | undefined;
  /** The latest samples, oldest first. */
  readonly history: readonly Usage[];
}

export const statsTable =
  '{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}';

const wide =
  '{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.CPUGraph}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.MemGraph}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}';
const narrow = '{{.Name}}\t{{.CPUPerc}}\t{{.CPUGraph}}\t{{.MemUsage}}\t{{.MemGraph}}\t{{.PIDs}}';

/** The table of a window: Docker's with graphs where there is room, a short one where there is none for Docker's. */
export function tableFor(columns: number): string {
  if (columns >= 145) return wide;
  return columns >= 110 ? statsTable : narrow;
}

/** The latest values beside the highest of them, at least `least`. */
function graph(history: readonly Usage[], value: (usage: Usage) => number, least: number): string {
  const values = history.map(value);
  return sparkline(values, Math.max(least, ...values));
}

const percent = (value: number): string => `${value.toFixed(2)}%`;
const size = (value: number): string => humanSize(value, 3);

export const statsListing = (truncate: boolean): Listing<StatsRow> => ({
  typeName: '*container.statsContext',
  notInJson: ['CPUGraph', 'MemGraph'],
  headers: {
    Container: 'CONTAINER',
    Name: 'NAME',
    ID: 'CONTAINER ID',
    CPUPerc: 'CPU %',
    CPUGraph: 'CPU',
    MemGraph: 'MEM',
    MemUsage: 'MEM USAGE / LIMIT',
    MemPerc: 'MEM %',
    NetIO: 'NET I/O',
    BlockIO: 'BLOCK I/O',
    PIDs: 'PIDS',
  },
  fields: ({ asked, usage, history }) => ({
    CPUGraph: () => graph(history, ({ cpu }) => cpu, 100),
    MemGraph: () => graph(history, ({ memory }) => memory, 1),
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
