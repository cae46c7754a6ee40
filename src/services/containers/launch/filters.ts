import { invalid } from '../../../errors/minke-error.ts';
import type { Seccomp } from '../../../wire/oci-runtime.ts';
import type { Context } from '../context.ts';
import type { SecurityOptions } from '../create/security.ts';
import { buildSeccomp } from '../spec/seccomp/build.ts';
import { defaultProfile } from '../spec/seccomp/default-profile.ts';

/** The default filter by capability set: the same object each time, so that what is made of it can be kept. */
const built = new Map<string, Seccomp>();

/** @throws invalid where a profile is asked for and the kernel has no filters */
export function seccompFor(
  context: Context,
  wish: SecurityOptions['seccomp'],
  container: { privileged: boolean; boundingSet: readonly string[] },
): Seccomp | null {
  const { host } = context;
  const standard = context.settings().seccomp;
  if (container.privileged && wish === 'default') return null;
  const chosen = wish === 'default' ? standard : wish;
  if (chosen === 'unconfined') return null;
  if (!host.seccomp) {
    if (wish === 'default') return null;
    throw invalid('seccomp is not enabled in your kernel, cannot run a custom seccomp profile');
  }
  const target = {
    architecture: host.architecture,
    kernel: host.kernel,
    capabilities: container.boundingSet,
  };
  if (chosen !== 'builtin') return buildSeccomp(chosen, target);
  const key = container.boundingSet.join();
  let seccomp = built.get(key);
  if (seccomp === undefined) {
    seccomp = buildSeccomp(defaultProfile, target);
    built.set(key, seccomp);
  }
  return seccomp;
}
