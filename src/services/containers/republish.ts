import { invalid } from '../../errors/minke-error.ts';
import type { ContainerUpdateBody } from '../../wire/containers/create.ts';
import type { HostConfigBody } from '../../wire/containers/host-config.ts';
import type { Context } from './context.ts';
import { parseNetworkMode } from './create/modes.ts';
import { exposedPorts, portRequests } from './create/ports.ts';
import { editBindings } from './create/publish-edit.ts';
import type { LiveContainer } from './live/container.ts';
import type { ContainerRecord } from './record/record.ts';

/** What a container with these bindings has published. */
export const publishRequest = ({ config, hostConfig }: Pick<ContainerRecord, 'config' | 'hostConfig'>) => ({
  ports: portRequests(hostConfig.PortBindings, config.ExposedPorts, hostConfig.PublishAllPorts),
  exposed: exposedPorts(hostConfig.PortBindings, config.ExposedPorts),
});

/**
 * Publishes more and other ports, at once where the container runs. The container's lock is held.
 * @returns the part of the record that is to be written down
 */
export async function republish(
  context: Context,
  { id, record, run }: LiveContainer,
  { PublishAdd: add, PublishRemove: remove }: ContainerUpdateBody,
): Promise<Partial<Pick<HostConfigBody, 'PortBindings'>>> {
  if (add === null && remove === null) return {};
  const { kind } = parseNetworkMode(record.hostConfig.NetworkMode);
  if (kind === 'host' || kind === 'container' || kind === 'none') {
    throw invalid(`ports can't be published in network mode ${record.hostConfig.NetworkMode}`);
  }
  const PortBindings = editBindings(record.hostConfig.PortBindings, add, remove);
  const hostConfig = { ...record.hostConfig, PortBindings };
  const request = publishRequest({ config: record.config, hostConfig });
  if (run !== null) {
    await context.networks.publish(id, request, (proxies) => context.keeper.proxies(id, proxies));
  }
  return { PortBindings };
}
