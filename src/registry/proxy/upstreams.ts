import { readFile } from 'node:fs/promises';
import { Distribution } from '../../drivers/remote/distribution/distribution.ts';
import { proxiesOf } from '../../drivers/remote/distribution/proxy.ts';
import { anonymous, type RegistryCredentials } from '../../wire/registry/auth-header.ts';
import type { Config } from '../config/schema.ts';
import type { UpstreamRepository, UpstreamRule } from './contract.ts';

/** Milliseconds for which a repository is not opened anew: what was learned of it, and its token, are good so long. */
const REMEMBERED = 30_000;
const MOST = 1000;

/** The registries that the settings name as origins of copies, and how to end what is open to them. */
export async function upstreamsOf(
  proxies: Config['proxies'],
  userAgent: string,
): Promise<{ readonly rules: readonly UpstreamRule[]; close(): void }> {
  const remote = new Distribution({
    userAgent,
    settings: () => ({
      insecure: proxies.filter(({ insecure }) => insecure).map(({ upstream }) => upstream),
      mirrors: new Map(),
      certsFolder: '/etc/docker/certs.d',
      proxies: proxiesOf(process.env),
      authHosts: proxies.flatMap(({ authHosts }) => authHosts),
    }),
  });
  const rules = await Promise.all(
    proxies.map(async ({ prefix, upstream, username = '', passwordFile, fresh }) => {
      const password = passwordFile === undefined ? '' : (await readFile(passwordFile, 'utf8')).trim();
      const credentials: RegistryCredentials = {
        ...anonymous,
        username,
        password,
        serverAddress: upstream,
      };
      return {
        prefix,
        fresh,
        open: remembering((path) =>
          remote.open({ domain: upstream, path }, { actions: 'pull', credentials }),
        ),
      };
    }),
  );
  return { rules, close: () => remote.close() };
}

function remembering(open: (path: string) => UpstreamRepository): (path: string) => UpstreamRepository {
  const known = new Map<string, { readonly repository: UpstreamRepository; readonly until: number }>();
  return (path) => {
    const found = known.get(path);
    if (found !== undefined && found.until > performance.now()) return found.repository;
    known.delete(path);
    const repository = open(path);
    known.set(path, { repository, until: performance.now() + REMEMBERED });
    const [oldest] = known.keys();
    if (known.size > MOST && oldest !== undefined) known.delete(oldest);
    return repository;
  };
}
