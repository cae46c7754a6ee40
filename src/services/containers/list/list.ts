import { invalid, messageOf, notFound } from '../../../errors/minke-error.ts';
import {
  checkFilterNames,
  flagOf,
  matchesExactly,
  matchesLabels,
  matchesPattern,
} from '../../../kit/filters/filters.ts';
import { atoi } from '../../../kit/go/parse.ts';
import type { ContainerSummary } from '../../../wire/generated/engine-api.ts';
import type { Filters } from '../../networks/contract.ts';
import type { Context } from '../context.ts';
import type { ListQuery } from '../contract.ts';
import { parsePorts } from '../create/ports.ts';
import type { LiveContainer } from '../live/container.ts';
import { isRunning } from '../record/state.ts';
import { sizeOf } from './size.ts';
import { showPorts, summarize } from './summary.ts';

const names = [
  ...[
    'ancestor',
    'before',
    'exited',
    'id',
    'isolation',
    'label',
    'name',
    'status',
    'health',
    'since',
    'volume',
  ],
  ...['network', 'is-task', 'publish', 'expose'],
];
const statuses = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];
const healths = ['none', 'starting', 'healthy', 'unhealthy'];

const valuesOf = (filters: Filters, name: string): readonly string[] => filters.get(name) ?? [];

function checkValues(filters: Filters): void {
  checkFilterNames(filters, names);
  for (const value of valuesOf(filters, 'exited')) {
    try {
      atoi(value);
    } catch (error) {
      throw invalid(`invalid filter 'exited=${value}': ${messageOf(error)}`, error);
    }
  }
  for (const value of valuesOf(filters, 'status')) {
    if (!statuses.includes(value)) {
      throw invalid(
        `invalid filter 'status=${value}': invalid value for state (${value}): must be one of ${statuses.join(', ')}`,
      );
    }
  }
  for (const value of valuesOf(filters, 'health')) {
    if (!healths.includes(value)) {
      throw invalid(
        `invalid filter 'health=${value}': invalid value for health (${value}): must be one of ${healths.join(', ')}`,
      );
    }
  }
}

/** `80`, `80/udp`, `80-90/tcp` as `80/tcp`, … */
function portSet(filters: Filters, name: string): ReadonlySet<string> {
  const ports = new Set<string>();
  for (const value of valuesOf(filters, name)) {
    if (value.includes(':')) throw invalid(`filter for '${name}' should not contain ':': ${value}`);
    for (const { port, proto } of parsePorts(value)) ports.add(`${port}/${proto}`);
  }
  return ports;
}

type Test = (container: LiveContainer) => boolean;

function volumeTest(filters: Filters): Test {
  const wanted = new Set(valuesOf(filters, 'volume'));
  if (wanted.size === 0) return () => true;
  return ({ record }) =>
    record.mountPoints.some(
      ({ name, source, destination }) => wanted.has(destination) || wanted.has(name === '' ? source : name),
    );
}

function networkTest(context: Context, filters: Filters): Test {
  const wanted = valuesOf(filters, 'network');
  if (wanted.length === 0) return () => true;
  return ({ id, record }) => {
    const live = context.networks.sandbox(id)?.endpoints ?? {};
    return Object.entries(record.endpoints).some(([name, { networkId }]) => {
      const known = live[name]?.NetworkID || networkId;
      return wanted.some((value) => value === name || (known !== '' && known.startsWith(value)));
    });
  };
}

function portTest(context: Context, filters: Filters): Test {
  const published = portSet(filters, 'publish');
  const exposed = portSet(filters, 'expose');
  if (published.size + exposed.size === 0) return () => true;
  return ({ id }) =>
    showPorts(context.networks.sandbox(id)).some(
      ({ PublicPort, PrivatePort, Type }) =>
        published.has(`${PublicPort ?? 0}/${Type}`) || exposed.has(`${PrivatePort}/${Type}`),
    );
}

/** Containers of that image, and of images made from it. */
async function ancestorTest(context: Context, filters: Filters): Promise<Test> {
  const wanted = valuesOf(filters, 'ancestor');
  if (wanted.length === 0) return () => true;
  const found = await Promise.all(wanted.map((ref) => context.images.resolve(ref).catch(() => undefined)));
  const layers = found.flatMap((image) => (image === undefined ? [] : [image]));
  const ids = new Set<string>(layers.map(({ id }) => id));
  const matches = new Map<string, boolean>();
  for (const image of new Set(context.registry.all().map(({ record }) => record.image))) {
    if (ids.has(image)) matches.set(image, true);
    else {
      const own = await context.images.resolve(image).catch(() => undefined);
      const diffIds = own?.config.rootfs.diff_ids ?? [];
      const child = layers.some(({ config }) => {
        const base = config.rootfs.diff_ids;
        return base.length > 0 && base.length < diffIds.length && base.every((id, at) => diffIds[at] === id);
      });
      matches.set(image, child);
    }
  }
  return ({ record }) => matches.get(record.image) === true;
}

function testsOf(context: Context, { filters, all, limit }: ListQuery): Test[] {
  const everyone = all || (limit ?? 0) > 0 || valuesOf(filters, 'status').length > 0;
  const exited = new Set(valuesOf(filters, 'exited').map(Number));
  const isTask = filters.has('is-task') ? flagOf(filters, 'is-task', false) : null;
  return [
    ({ record }) => everyone || isRunning(record.state),
    ({ record }) =>
      matchesPattern(filters, 'name', record.name) || matchesPattern(filters, 'name', `/${record.name}`),
    ({ id }) =>
      valuesOf(filters, 'id').length === 0 || valuesOf(filters, 'id').some((prefix) => id.startsWith(prefix)),
    ({ record }) => matchesLabels(filters, 'label', record.config.Labels),
    () => isTask !== true,
    ({ record: { state } }) => exited.size === 0 || (state.status === 'exited' && exited.has(state.exitCode)),
    ({ record }) => matchesExactly(filters, 'status', record.state.status),
    ({ record }) => matchesExactly(filters, 'health', record.state.health?.status ?? 'none'),
    volumeTest(filters),
    networkTest(context, filters),
    portTest(context, filters),
  ];
}

/** Cuts the list (newest first) behind `since` and before `before`. */
function between(context: Context, filters: Filters, containers: readonly LiveContainer[]): LiveContainer[] {
  const place = (name: string): number | undefined => {
    const [ref] = valuesOf(filters, name).slice(-1);
    if (ref === undefined) return undefined;
    const found = context.registry.find(ref);
    if (found === undefined) throw notFound(`No such container: ${ref}`);
    return containers.indexOf(found);
  };
  const before = place('before');
  const since = place('since');
  return containers.slice(before === undefined ? 0 : before + 1, since ?? containers.length);
}

/** Rows of GET /containers/json, newest first. */
export async function list(context: Context, query: ListQuery): Promise<ContainerSummary[]> {
  const { filters } = query;
  checkValues(filters);
  const tests = [...testsOf(context, query), await ancestorTest(context, filters)];
  const chosen = between(context, filters, context.registry.all()).filter((one) =>
    tests.every((test) => test(one)),
  );
  const limited = query.limit !== undefined && query.limit > 0 ? chosen.slice(0, query.limit) : chosen;
  const now = context.now();
  const names = new Map<string, Promise<string | undefined>>();
  const resolved = (ref: string) => {
    let found = names.get(ref);
    if (found === undefined) {
      found = context.images.resolve(ref).then(
        ({ id }) => id,
        () => undefined,
      );
      names.set(ref, found);
    }
    return found;
  };
  return Promise.all(
    limited.map(async ({ record }) => {
      const ref = record.config.Image;
      const image = ref === record.image || (await resolved(ref)) === record.image ? ref : record.image;
      return summarize(record, {
        sandbox: context.networks.sandbox(record.id),
        now,
        image,
        ...(query.size ? { size: await sizeOf(context, record.id) } : {}),
      });
    }),
  );
}
