import type { EtcFile } from '../../../drivers/runtime/contract.ts';
import type { TreeMount } from '../../../host/archive/contract.ts';
import type { Context } from '../context.ts';
import type { ContainerRecord } from '../record/record.ts';
import { isAlive } from '../record/state.ts';

const names: readonly EtcFile[] = ['resolv.conf', 'hostname', 'hosts'];

/** Where the files come from that a run was given. */
function ofRun(context: Context, id: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { destination, source, type } of context.folders.readSpec(id)?.mounts ?? []) {
    if (type === 'bind' && source !== undefined) found.set(destination, source);
  }
  return found;
}

/** The three files in /etc that are not the image's. */
export function etcMounts(context: Context, record: ContainerRecord): TreeMount[] {
  const { id, state, started, hostConfig } = record;
  if (!started) return [];
  const { folders } = context;
  const sources = isAlive(state)
    ? ofRun(context, id)
    : new Map(
        names
          .filter((name) => folders.readFile(id, name) !== null)
          .map((name) => [`/etc/${name}`, `${folders.folder(id)}/${name}`]),
      );
  return names.flatMap((name) => {
    const destination = `/etc/${name}`;
    const source = sources.get(destination);
    if (source === undefined) return [];
    return [
      {
        kind: 'bind',
        source,
        subpath: '',
        destination,
        writable: !hostConfig.ReadonlyRootfs,
        recursive: false,
        readOnlyBelow: 'no',
      } satisfies TreeMount,
    ];
  });
}
