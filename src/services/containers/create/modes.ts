/** `--network`, `--ipc`, `--pid`, `--uts`, `--cgroupns`, `--userns`: whose namespace a container uses. */
import { invalid } from '../../../errors/minke-error.ts';

const CONTAINER = 'container:';

/** Name or id of the container whose namespace is joined; null for every other mode. */
export const joinedContainer = (mode: string): string | null =>
  mode.startsWith(CONTAINER) ? mode.slice(CONTAINER.length) : null;

export const joining = (id: string): string => `${CONTAINER}${id}`;

export type NetworkMode =
  | { readonly kind: 'host' }
  | { readonly kind: 'none' }
  | { readonly kind: 'container'; readonly container: string }
  /** `bridge`, or a network of the user's by name or id. */
  | { readonly kind: 'network'; readonly network: string };

export function parseNetworkMode(mode: string): NetworkMode {
  if (mode === 'host') return { kind: 'host' };
  if (mode === 'none') return { kind: 'none' };
  const container = joinedContainer(mode);
  if (container !== null) return { kind: 'container', container };
  return { kind: 'network', network: mode === '' || mode === 'default' ? 'bridge' : mode };
}

const named = (mode: string): boolean => joinedContainer(mode) !== '' || !mode.startsWith(CONTAINER);

export interface Modes {
  readonly IpcMode: string;
  readonly PidMode: string;
  readonly UTSMode: string;
  readonly CgroupnsMode: string;
  readonly UsernsMode: string;
  readonly NetworkMode: string;
}

/** @throws invalid */
export function checkModes(modes: Modes): void {
  const { IpcMode: ipc, PidMode: pid, UTSMode: uts, CgroupnsMode: cgroup, UsernsMode: user } = modes;
  const ipcs = ['', 'none', 'private', 'shareable', 'host'];
  if (!(ipcs.includes(ipc) || joinedContainer(ipc)) || !named(ipc)) throw invalid(`invalid IPC mode: ${ipc}`);
  if (!(pid === '' || pid === 'host' || joinedContainer(pid))) throw invalid(`invalid PID mode: ${pid}`);
  if (!['', 'host'].includes(uts)) throw invalid(`invalid UTS mode: ${uts}`);
  if (!['', 'private', 'host'].includes(cgroup)) throw invalid(`invalid cgroup namespace mode: ${cgroup}`);
  if (!['', 'host'].includes(user)) throw invalid(`invalid user namespace mode: ${user}`);
  if (joinedContainer(modes.NetworkMode) === '')
    throw invalid('invalid network mode: invalid container format container:<name|id>');
}
