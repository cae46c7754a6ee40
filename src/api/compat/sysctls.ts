import { invalid } from '../../errors/minke-error.ts';
import type { ApiVersion } from '../../wire/api/versions.ts';
import type { ContainerCreateBody } from '../../wire/containers/create.ts';
import { changeMainEndpoint, isPrivateMode } from './main-endpoint.ts';

/** Driver option of an endpoint that holds settings of its interface, `IFNAME` in the interface's place. */
const endpointSysctls = 'com.docker.network.endpoint.sysctls';
/** Since then clients have to say it there themselves. */
const strictSince: ApiVersion = 48;

const pattern = /^net\.([^.]*)\.([^.]*)\.(eth[^.]*)\.(.+)$/;

interface Migrated {
  readonly body: ContainerCreateBody;
  readonly warning: string | null;
}

/** One setting of an interface, for the driver option. */
function migrated(key: string, value: string, version: ApiVersion): string | null {
  const [, family, kind, device, rest] = pattern.exec(key) ?? [];
  if (device === undefined) return null;
  if (version >= strictSince)
    throw invalid(
      `interface specific sysctl setting ${JSON.stringify(key)} must be supplied using driver option '${endpointSysctls}'`,
    );
  if (device !== 'eth0')
    throw invalid(
      `unable to determine network endpoint for sysctl ${key}, use driver option '${endpointSysctls}' to set per-interface sysctls`,
    );
  return `net.${family}.${kind}.IFNAME.${rest}=${value}`;
}

/**
 * Sysctls of an interface can't be set before the interface is there: those of `eth0` move from the container to the
 * endpoint of its main network.
 */
export function migrateSysctls(body: ContainerCreateBody, version: ApiVersion): Migrated {
  const { HostConfig } = body;
  if (!HostConfig?.Sysctls || !isPrivateMode(HostConfig.NetworkMode)) return { body, warning: null };
  const all = Object.entries(HostConfig.Sysctls);
  const moved = all.flatMap(([key, value]) => {
    const setting = migrated(key, value, version);
    return setting === null ? [] : [{ key, setting }];
  });
  if (moved.length === 0) return { body, warning: null };
  const keys = new Set(moved.map(({ key }) => key));
  const option = moved.map(({ setting }) => setting).join(',');
  const kept = Object.fromEntries(all.filter(([key]) => !keys.has(key)));
  const changed = changeMainEndpoint(body, version, (endpoint) => {
    const own = endpoint.DriverOpts?.[endpointSysctls];
    const value = own === undefined ? option : `${option},${own}`;
    return { ...endpoint, DriverOpts: { ...endpoint.DriverOpts, [endpointSysctls]: value } };
  });
  const names = JSON.stringify([...keys].join(','));
  return {
    body: { ...changed, HostConfig: { ...HostConfig, Sysctls: kept } },
    warning: `Migrated sysctl ${names} to DriverOpts{${JSON.stringify(endpointSysctls)}:${JSON.stringify(option)}}.`,
  };
}
