import { invalid } from '../../errors/minke-error.ts';
import type { ApiVersion } from '../../wire/api/versions.ts';
import type { ContainerCreateBody, EndpointConfigBody } from '../../wire/containers/create.ts';

/** Before, a container was created with one endpoint at most. */
const manyEndpointsSince: ApiVersion = 44;

const emptyEndpoint: EndpointConfigBody = {
  IPAMConfig: null,
  Links: null,
  Aliases: null,
  MacAddress: '',
  DriverOpts: null,
  GwPriority: 0,
  NetworkID: '',
};

/**
 * The endpoint that container-wide network settings are meant for, changed; made where there is none at all.
 * @throws invalid where several are there and none goes by the name of the network mode
 */
export function changeMainEndpoint(
  body: ContainerCreateBody,
  version: ApiVersion,
  change: (endpoint: EndpointConfigBody) => EndpointConfigBody,
): ContainerCreateBody {
  const endpoints = body.NetworkingConfig?.EndpointsConfig ?? {};
  const mode = body.HostConfig?.NetworkMode ?? '';
  const [only] = Object.keys(endpoints);
  const name =
    only === undefined || Object.hasOwn(endpoints, mode) ? mode : version < manyEndpointsSince ? only : null;
  if (name === null)
    throw invalid('HostConfig.NetworkMode must match the identity of a network in NetworkSettings.Networks');
  const changed = change({ ...emptyEndpoint, ...endpoints[name] });
  return { ...body, NetworkingConfig: { EndpointsConfig: { ...endpoints, [name]: changed } } };
}

/** The bridge network or one that a user made: the modes whose endpoints can be set up. */
export const hasOwnEndpoint = (mode: string): boolean =>
  !['', 'default', 'host', 'none'].includes(mode) && !mode.startsWith('container:');

/** A network stack of the container's own. */
export const isPrivateMode = (mode: string): boolean => mode !== 'host' && !mode.startsWith('container:');
