import type { Step } from '../../host/netns/contract.ts';

/**
 * Settings for interfaces to come (`net.ipv4.conf.default.rp_filter`): the kernel copies them when an interface is made,
 * so they have to be there before the container's first one, and the runtime comes too late. It sets them as well, and
 * is the one that complains of names that are none.
 */
export const interfaceDefaults = (sysctls: Readonly<Record<string, string>>, namespace: string): Step[] =>
  Object.entries(sysctls).flatMap(([name, value]): Step[] => {
    const key = name.replaceAll('.', '/');
    if (!/^net\/ipv[46]\/(?:conf|neigh)\/default\/[a-z0-9_]+$/.test(key)) return [];
    return [{ do: 'sysctl', namespace, key, value, optional: true }];
  });
