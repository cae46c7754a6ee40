import type { RegistrySettings } from '../../drivers/remote/distribution/settings.ts';
import type { Settings } from '../settings/table.ts';

type Wanted = Pick<
  Settings,
  | 'insecureRegistries'
  | 'registryMirrors'
  | 'registryCertsDir'
  | 'registryAuthHosts'
  | 'httpProxy'
  | 'httpsProxy'
  | 'noProxy'
>;

/** Proxies that the settings don't name are those of the daemon's environment, as in Docker. */
export function registrySettings(settings: Wanted, environment: NodeJS.ProcessEnv): RegistrySettings {
  const or = (set: string, name: string): string =>
    set || environment[name] || environment[name.toLowerCase()] || '';
  return {
    insecure: settings.insecureRegistries,
    mirrors: settings.registryMirrors,
    certsFolder: settings.registryCertsDir,
    authHosts: settings.registryAuthHosts,
    proxies: {
      http: or(settings.httpProxy, 'HTTP_PROXY'),
      https: or(settings.httpsProxy, 'HTTPS_PROXY'),
      no: or(settings.noProxy, 'NO_PROXY'),
    },
  };
}
