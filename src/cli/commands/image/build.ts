import { rmSync, writeFileSync } from 'node:fs';
import { buildImage } from '../../../client/images/build.ts';
import { text } from '../../../client/json.ts';
import { familiarString, parseReference } from '../../../kit/reference/reference.ts';
import { writeTar } from '../../../kit/tar/write-tar.ts';
import { isRemote, localContext } from '../../build/context.ts';
import type { Cli } from '../../cli.ts';
import { command as define } from '../../command.ts';
import { getCredentials } from '../../config/credentials.ts';
import { proxyVariables } from '../../config/proxies.ts';
import { bool, int, string } from '../../flags/basic-kinds.ts';
import { type FlagValues, flag } from '../../flags/kind.ts';
import { listOf, slice } from '../../flags/list-kinds.ts';
import { bytes, bytesOrUnlimited } from '../../flags/size-kinds.ts';
import { jsonLines } from '../../progress/json-lines.ts';
import { showProgress } from '../../progress/show.ts';
import { checkEnv, checkExtraHost, checkLabel } from '../../run/checks.ts';
import { ulimitKind } from '../../run/ulimit.ts';
import { StatusError } from '../../status-error.ts';

const checkTag = (tag: string): string => {
  familiarString(parseReference(tag));
  return tag;
};

const flags = {
  'add-host': flag(listOf(checkExtraHost), 'Add a line to the hosts file (host:ip)'),
  'build-arg': flag(listOf(checkEnv(process.env)), 'Set a variable of the build'),
  'cache-from': flag(slice, 'Image to take cached layers from'),
  'cgroup-parent': flag(string, 'Control group for the RUN instructions'),
  compress: flag(bool, 'Compress the context with gzip'),
  'cpu-period': flag(int, 'Period of the CPU quota, in microseconds'),
  'cpu-quota': flag(int, 'CPU time in each period, in microseconds'),
  'cpu-shares': flag(int, 'Weight when CPUs are short', { short: 'c' }),
  'cpuset-cpus': flag(string, 'CPUs to run on (0-3, 0,1)'),
  'cpuset-mems': flag(string, 'Memory nodes to use (0-3, 0,1)'),
  'disable-content-trust': flag(bool, 'Without effect', {
    default: true,
    deprecated: 'support for docker content trust was removed',
  }),
  file: flag(string, 'The Dockerfile (default "PATH/Dockerfile")', { short: 'f', complete: 'files' }),
  'force-rm': flag(bool, 'Remove containers of a failed build too'),
  iidfile: flag(string, "Write the image's id to this file", { complete: 'files' }),
  isolation: flag(string, 'Kind of isolation'),
  label: flag(listOf(checkLabel), 'Set a label'),
  memory: flag(bytes, 'Limit of memory', { short: 'm' }),
  'memory-swap': flag(bytesOrUnlimited, 'Limit of memory and swap together; -1 for any amount of swap'),
  network: flag(string, 'Network of the RUN instructions', { default: 'default', complete: 'networks' }),
  'no-cache': flag(bool, 'Do everything anew'),
  platform: flag(string, 'Platform to build for', { default: process.env.DOCKER_DEFAULT_PLATFORM ?? '' }),
  pull: flag(bool, 'Ask the registry for newer base images'),
  quiet: flag(bool, 'Say only the id of the image', { short: 'q' }),
  rm: flag(bool, 'Remove containers of the build', { default: true }),
  'security-opt': flag(slice, 'Set a security option'),
  'shm-size': flag(bytes, 'Size of /dev/shm'),
  squash: flag(bool, 'Make one layer of all new ones', { hidden: true }),
  tag: flag(listOf(checkTag), 'Name the image (name:tag)', { short: 't' }),
  target: flag(string, 'Stop at this stage'),
  ulimit: flag(ulimitKind, 'Set a resource limit'),
} as const;

type BuildValues = FlagValues<typeof flags>;

function pairs(values: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(
    values.map((value) => {
      const equals = value.indexOf('=');
      return equals < 0 ? [value, null] : [value.slice(0, equals), value.slice(equals + 1)];
    }),
  );
}

const orNone = (value: string): string | undefined => (value === '' ? undefined : value);
const orZero = (value: number): number | undefined => (value === 0 ? undefined : value);

function query(
  values: BuildValues,
  proxies: Readonly<Record<string, string>>,
  dockerfile: string,
  remote: string | undefined,
) {
  return {
    version: '1',
    dockerfile,
    remote,
    t: values.tag.length === 0 ? undefined : values.tag,
    q: values.quiet || undefined,
    nocache: values['no-cache'] || undefined,
    rm: values.rm,
    forcerm: values['force-rm'] || undefined,
    pull: values.pull || undefined,
    cpusetcpus: orNone(values['cpuset-cpus']),
    cpusetmems: orNone(values['cpuset-mems']),
    cpushares: orZero(values['cpu-shares']),
    cpuquota: orZero(values['cpu-quota']),
    cpuperiod: orZero(values['cpu-period']),
    memory: orZero(values.memory),
    memswap: orZero(values['memory-swap']),
    cgroupparent: orNone(values['cgroup-parent']),
    shmsize: orZero(values['shm-size']),
    isolation: orNone(values.isolation),
    networkmode: values.network,
    extrahosts: values['add-host'].length === 0 ? undefined : values['add-host'],
    securityopt: values['security-opt'].length === 0 ? undefined : values['security-opt'],
    squash: values.squash || undefined,
    target: orNone(values.target),
    platform: orNone(values.platform.toLowerCase()),
    ulimits: values.ulimit.length === 0 ? undefined : JSON.stringify(values.ulimit),
    buildargs: JSON.stringify({ ...proxies, ...pairs(values['build-arg']) }),
    labels: JSON.stringify(
      Object.fromEntries(Object.entries(pairs(values.label)).map(([key, value]) => [key, value ?? ''])),
    ),
    cachefrom: values['cache-from'].length === 0 ? undefined : JSON.stringify(values['cache-from']),
  };
}

async function standardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Credentials of every registry that the settings name; the daemon picks those it needs. */
async function registries(cli: Cli): Promise<Record<string, object>> {
  const made: Record<string, object> = {};
  const servers = [
    ...Object.keys(cli.config.object('auths')),
    ...Object.keys(cli.config.texts('credHelpers')),
  ];
  for (const server of new Set(servers)) {
    const found = await getCredentials(cli.config, cli.env, server).catch(() => undefined);
    if (found !== undefined)
      made[server] = {
        username: found.username,
        password: found.password,
        identitytoken: found.identityToken,
        serveraddress: server,
      };
  }
  return made;
}

interface Input {
  readonly dockerfile: string;
  readonly remote: string | undefined;
  readonly body: AsyncIterable<Uint8Array> | Buffer | undefined;
}

async function input(context: string, values: BuildValues): Promise<Input> {
  const fromStdin = values.file === '-';
  if (context === '-') {
    if (fromStdin) throw new Error("invalid argument: can't use stdin for both build context and dockerfile");
    const data = await standardInput();
    // A tar has its mark at 257, gzip, bzip2, xz and zstd have theirs in front; all else is a Dockerfile by itself.
    const packed = /^(\x1f\x8b|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd)/.test(data.toString('latin1', 0, 6));
    if (packed || data.toString('latin1', 257, 262) === 'ustar')
      return { dockerfile: values.file === '' ? 'Dockerfile' : values.file, remote: undefined, body: data };
    const entry = {
      header: { name: 'Dockerfile', type: 'file' as const, size: data.length, mode: 0o600 },
      body: data,
    };
    return { dockerfile: 'Dockerfile', remote: undefined, body: writeTar([entry]) };
  }
  if (isRemote(context))
    return { dockerfile: values.file === '' ? 'Dockerfile' : values.file, remote: context, body: undefined };
  const given = fromStdin ? (await standardInput()).toString() : undefined;
  const local = localContext(context, fromStdin ? '' : values.file, given);
  const tar = writeTar(local.entries());
  if (!values.compress) return { dockerfile: local.dockerfile, remote: undefined, body: tar };
  const { createGzip } = await import('node:zlib');
  return { dockerfile: local.dockerfile, remote: undefined, body: tar.pipe(createGzip()) };
}

export const command = define({
  usage: '[OPTIONS] PATH | URL | -',
  arity: { min: 1, max: 1 },
  completeArgs: ['directories'],
  examples: [
    'minke build -t app .',
    'minke build -f docker/Dockerfile --target test .',
    'echo "FROM busybox" | minke build -',
  ],
  flags,
  async run(cli, { flags: values, args }) {
    if (values.iidfile !== '') rmSync(values.iidfile, { force: true });
    const client = await cli.client();
    const { dockerfile, remote, body } = await input(args[0] ?? '', values);
    const proxies = proxyVariables(cli.config, client.host);
    const response = await buildImage(
      client,
      query(values, proxies, dockerfile, remote),
      await registries(cli),
      body,
    );
    let id = '';
    if (values.quiet) {
      let said = '';
      for await (const message of jsonLines(response.body)) {
        said += text(message.stream);
        const reason = text(message.error);
        if (reason !== '') throw new StatusError(`${said}${reason}`, 1);
      }
      id = said.trim();
      cli.out.line(id);
    } else
      await showProgress(response.body, cli.out, (aux) => {
        id = text(aux.ID) || id;
      });
    if (values.iidfile !== '') {
      if (id === '') throw new Error(`server did not provide an image ID. Cannot write ${values.iidfile}`);
      writeFileSync(values.iidfile, id);
    }
    return 0;
  },
});
