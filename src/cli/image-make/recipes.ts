/** How the images of well-known packages run: what a Dockerfile would say below `RUN apt-get install`. */
import type { Addition } from './layer.ts';
import { postgresEntrypoint } from './postgres-entrypoint.ts';

export interface Recipe {
  /** Dockerfile lines, as for `import --change`. */
  readonly changes: readonly string[];
  readonly additions: readonly Addition[];
  /** Files that packages look for while they are installed. */
  readonly before: readonly { readonly path: string; readonly content: string }[];
}

const plain = { additions: [], before: [] };

const recipes: ReadonlyMap<string, Recipe> = new Map([
  [
    'nginx',
    {
      ...plain,
      changes: ['CMD ["nginx", "-g", "daemon off;"]', 'EXPOSE 80', 'STOPSIGNAL SIGQUIT'],
      additions: [
        { path: 'var/log/nginx/access.log', linkTo: '/dev/stdout' },
        { path: 'var/log/nginx/error.log', linkTo: '/dev/stderr' },
      ],
    },
  ],
  [
    'redis-server',
    {
      ...plain,
      changes: [
        'CMD ["redis-server", "--bind", "* -::*", "--protected-mode", "no"]',
        'EXPOSE 6379',
        'USER redis',
        'VOLUME /var/lib/redis',
        'WORKDIR /var/lib/redis',
      ],
    },
  ],
  [
    'postgresql',
    {
      changes: [
        'ENTRYPOINT ["/usr/local/bin/entrypoint"]',
        'CMD ["postgres"]',
        'ENV LANG=C.UTF-8 PGDATA=/var/lib/postgresql/data',
        'EXPOSE 5432',
        'STOPSIGNAL SIGINT',
        'VOLUME /var/lib/postgresql/data',
      ],
      additions: [{ path: 'usr/local/bin/entrypoint', mode: 0o755, content: postgresEntrypoint }],
      // The cluster is the container's, not the image's.
      before: [
        { path: '/etc/postgresql-common/createcluster.conf', content: 'create_main_cluster = false\n' },
      ],
    },
  ],
]);

const aliases: ReadonlyMap<string, string> = new Map([
  ['nginx-light', 'nginx'],
  ['nginx-full', 'nginx'],
  ['redis', 'redis-server'],
  ['postgres', 'postgresql'],
]);

/** Of the first package that has one; others run a shell. */
export function recipeFor(packages: readonly string[]): Recipe {
  for (const name of packages) {
    const recipe = recipes.get(aliases.get(name) ?? name);
    if (recipe !== undefined) return recipe;
  }
  return { ...plain, changes: ['CMD ["bash"]'] };
}
