/** A request for a network turned into a record, or refused in Docker's words. */
import type { IpamDriver } from '../../drivers/ipam/contract.ts';
import type { NetworkDriver } from '../../drivers/network/contract.ts';
import { conflict, forbidden, invalid, notFound } from '../../errors/minke-error.ts';
import { checkIpam } from './check-ipam.ts';
import { isUserDefined, type NetworkCreate } from './contract.ts';
import type { NetworkRecord } from './records.ts';

export interface Surroundings {
  readonly networks: ReadonlyMap<string, NetworkRecord>;
  readonly drivers: ReadonlyMap<string, NetworkDriver>;
  readonly ipam: ReadonlyMap<string, IpamDriver>;
  /** `default-network-opts` of the settings, by driver. */
  readonly defaultOptions: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** A record is named by its id, so a name may hold anything that is seen. */
const namePattern = /^[^\p{Cc}\p{Zl}\p{Zp}]{1,255}$/u;

function checkName(name: string, networks: Surroundings['networks']): void {
  if (name.trim() === '') throw invalid('invalid name: name is empty');
  if (!isUserDefined(name)) throw forbidden(`operation is not permitted on predefined ${name} network `);
  if (!namePattern.test(name)) {
    throw invalid(
      `invalid network name ${JSON.stringify(name.slice(0, 255))}: at most 255 characters, none of control`,
    );
  }
  for (const other of networks.values()) {
    if (other.name === name) throw conflict(`network with name ${name} already exists`);
  }
}

function checkScope({ scope, ingress, driver }: NetworkCreate): void {
  if (scope === 'swarm') throw forbidden('cannot create a swarm scoped network when swarm is not active');
  if (scope !== '' && scope !== 'local') throw invalid(`invalid network scope: ${scope}`);
  if (ingress) throw forbidden('Ingress network can only be global scope network');
  if (driver === 'overlay') {
    throw forbidden(
      'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
    );
  }
}

/** What a network takes over from a configuration (`--config-from`), which then must not be stated twice. */
function inherited(request: NetworkCreate, networks: Surroundings['networks']): NetworkRecord | null {
  const { configFrom } = request;
  if (configFrom === null) return null;
  if (request.configOnly)
    throw invalid('a configuration network cannot depend on another configuration network');
  const source = [...networks.values()].find(({ name, id }) => name === configFrom || id === configFrom);
  if (source === undefined || !source.configOnly) {
    throw notFound(`configuration network "${configFrom}" does not exist`);
  }
  const stated = [
    request.ipam.config.length > 0 || (request.ipam.driver !== '' && request.ipam.driver !== 'default'),
    Object.keys(request.options).length > 0,
    Object.keys(request.labels).length > 0,
    request.enableIPv6,
  ];
  if (stated.some(Boolean)) {
    throw forbidden(
      'user specified configurations are not supported if the network depends on a configuration network',
    );
  }
  return source;
}

const onlyItsOwn =
  'configuration network can only contain network specific fields. Network operator fields like [ ingress | internal | attachable | scope ] are not supported.';

export function draftNetwork(
  request: NetworkCreate,
  around: Surroundings,
  { id, created }: { readonly id: string; readonly created: string },
): NetworkRecord {
  checkName(request.name, around.networks);
  checkScope(request);
  if (request.configOnly && (request.internal || request.attachable)) throw forbidden(onlyItsOwn);
  const source = inherited(request, around.networks);
  const driverName = request.configOnly ? 'null' : request.driver || 'bridge';
  const driver = around.drivers.get(driverName);
  if (driver === undefined) throw notFound(`plugin "${driverName}" not found`);
  if (driver.single && !request.configOnly) {
    throw forbidden(`only one instance of "${driverName}" network is allowed`);
  }
  const ipam = source?.ipam ?? {
    driver: request.ipam.driver || 'default',
    options: request.ipam.options,
    config: checkIpam(request.ipam.config),
  };
  if (!around.ipam.has(ipam.driver)) throw notFound(`plugin "${ipam.driver}" not found`);
  if (!request.enableIPv4 && !request.enableIPv6) throw invalid('IPv4 or IPv6 must be enabled');
  const defaults = request.configOnly ? undefined : around.defaultOptions.get(driverName);
  return {
    id,
    name: request.name,
    created,
    driver: driverName,
    predefined: false,
    enableIPv4: source?.enableIPv4 ?? request.enableIPv4,
    enableIPv6: source?.enableIPv6 ?? request.enableIPv6,
    internal: request.internal,
    attachable: request.attachable,
    configOnly: request.configOnly,
    changing: false,
    configFrom: source?.name ?? null,
    options: { ...defaults, ...(source?.options ?? request.options) },
    labels: { ...(source?.labels ?? request.labels) },
    ipam,
    subnets: [],
  };
}
