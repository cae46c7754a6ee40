import type { TreeMount } from '../../../host/archive/contract.ts';
import type { Context } from '../context.ts';
import { imageMountId } from '../launch/mounts.ts';
import type { LiveContainer } from '../live/container.ts';
import type { Undo } from '../live/undo.ts';
import type { MountPoint } from '../record/record.ts';
import { tmpfsOptions } from '../spec/tmpfs.ts';
import { etcMounts } from './etc-files.ts';
import { holdVolumes } from './volumes.ts';

const bind = (source: string, point: MountPoint): TreeMount => ({
  kind: 'bind',
  source,
  subpath: point.type === 'bind' ? '' : point.subpath,
  destination: point.destination,
  writable: point.rw,
  recursive: !point.nonRecursive,
  readOnlyBelow: point.recursiveReadOnly,
});

/** Only a process has a tmpfs: without one the directory below it is what there is. */
function tmpfs({ run }: LiveContainer, destination: string, options: string): TreeMount[] {
  const process = run?.container.process ?? null;
  if (process === null) return [];
  return [{ kind: 'tmpfs', destination, writable: !tmpfsOptions(options).includes('ro'), process }];
}

/** What a container has mounted, of the record and the engine. What is taken for it is registered with `undo`. */
export async function treeMounts(
  context: Context,
  container: LiveContainer,
  undo: Undo,
): Promise<TreeMount[]> {
  const { storage } = context;
  const { id, record } = container;
  const { mountPoints, hostConfig } = record;
  const mounts = Object.entries(hostConfig.Tmpfs ?? {}).flatMap(([destination, options]) =>
    tmpfs(container, destination, options),
  );
  const taken = new Set(Object.keys(hostConfig.Tmpfs ?? {}));
  const points = mountPoints.filter(({ destination }) => !taken.has(destination));
  const volumes = await holdVolumes(context, container, points, undo);
  for (const point of points) {
    const { type, destination } = point;
    taken.add(destination);
    if (type === 'tmpfs') mounts.push(...tmpfs(container, destination, point.options));
    else if (type === 'bind') mounts.push(bind(point.source, point));
    else if (type === 'volume') mounts.push(bind(volumes.get(point.name) ?? '', point));
    else {
      const mountId = imageMountId(id, destination);
      const source = await storage.mount(mountId);
      undo.add(() => storage.unmount(mountId));
      mounts.push(bind(source, point));
    }
  }
  return [...mounts, ...etcMounts(context, record).filter(({ destination }) => !taken.has(destination))];
}
