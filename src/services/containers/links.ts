/** `--link` in the default network: kept by the other container's id, so that a rename changes nothing; told by names. */
import { conflict, invalid } from '../../errors/minke-error.ts';
import type { HostConfigBody } from '../../wire/containers/host-config.ts';
import type { Context } from './context.ts';
import { parseNetworkMode } from './create/modes.ts';
import type { ContainerRecord } from './record/record.ts';
import { isAlive } from './record/state.ts';

/** Elsewhere a link is a name for whoever is called so when it is asked for. */
function inDefaultNetwork({ NetworkMode }: HostConfigBody): boolean {
  const mode = parseNetworkMode(NetworkMode);
  return mode.kind !== 'network' || mode.network === 'bridge';
}

/** `container:alias`; the alias is the container where none is given. */
function parsed(link: string): { ref: string; alias: string } {
  const [ref = '', alias = ''] = link.split(':');
  return { ref, alias: alias === '' ? ref : alias };
}

/** For the record. @throws invalid, where it can't be read, there is no such container or it uses the host's network */
export function linksById(context: Context, hostConfig: HostConfigBody): HostConfigBody['Links'] {
  if (hostConfig.Links === null || !inDefaultNetwork(hostConfig)) return hostConfig.Links;
  return hostConfig.Links.map((link) => {
    if (link === '') throw invalid('empty string specified for links');
    if (link.split(':').length > 2) throw invalid(`bad format for links: ${link}`);
    const { ref, alias } = parsed(link);
    const found = context.registry.find(ref);
    if (found === undefined) throw invalid(`could not get container for ${ref}: No such container: ${ref}`);
    if (found.record.hostConfig.NetworkMode === 'host') {
      throw invalid(
        "conflicting options: host type networking can't be used with links. This would result in undefined behavior",
      );
    }
    return `${found.id}:${alias}`;
  });
}

const names = (context: Context, { name }: ContainerRecord, link: string) => {
  const { ref, alias } = parsed(link);
  return { to: `/${context.registry.byId(ref)?.name ?? ref}`, as: `/${name}/${alias}` };
};

/** As inspect shows them. */
export function shownLinks(context: Context, record: ContainerRecord): HostConfigBody['Links'] {
  const { Links } = record.hostConfig;
  if (Links === null || Links.length === 0 || !inDefaultNetwork(record.hostConfig)) return Links;
  return Links.map((link) => {
    const { to, as } = names(context, record, link);
    return `${to}:${as}`;
  });
}

/** As a start needs them. @throws conflict, where one that is linked to does not run */
export function linksToRunning(context: Context, record: ContainerRecord): readonly string[] {
  const links = record.hostConfig.Links ?? [];
  for (const link of links) {
    const found = context.registry.find(parsed(link).ref);
    if (found !== undefined && isAlive(found.record.state)) continue;
    const { to, as } = names(context, record, link);
    throw conflict(`Cannot link to a non running container: ${to} AS ${as}`);
  }
  return links;
}
