/**
 * How far ports are published whose `-p` names no address (`publish-policy` of the settings).
 *
 * - `default`: on all addresses of the host, by rules that come before those of the host's own firewall, as Docker does.
 * - `localhost-first`: on the host's loopback; all addresses have to be asked for, `-p 0.0.0.0:8080:80`.
 * - `firewalled`: on all addresses, but by the userland proxy alone. What comes in is a connection to a process of the
 *   host, so the rules of its INPUT chain (ufw, firewalld) decide who may; containers see the host's address.
 */
export const publishPolicies = ['default', 'localhost-first', 'firewalled'] as const;
export type PublishPolicy = (typeof publishPolicies)[number];

/** Addresses for a request that names none. @param fallback what the network has for it; null: nothing */
export function addressesFor(policy: PublishPolicy, fallback: string | null): readonly string[] {
  if (fallback !== null) return [fallback];
  return policy === 'localhost-first' ? ['127.0.0.1', '::1'] : ['0.0.0.0', '::'];
}
