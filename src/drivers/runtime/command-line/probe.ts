import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../../errors/minke-error.ts';
import type { Processes } from '../../../host/process/contract.ts';
import type { Spec } from '../../../wire/oci-runtime.ts';
import type { RuntimeProbe } from '../contract.ts';
import { type ProgramCommand, runArgv, verbArgv } from './argv.ts';
import { floorWarnings } from './floors.ts';
import { lastError } from './log.ts';
import { parseVersion } from './version.ts';

const LIMIT = 30_000;
/** A path that no program is at; a runtime that gets as far as looking for it works. */
const NOTHING = '/minke-probe-of-the-runtime';

const trialSpec = (cgroupsPath: string): Spec => ({
  ociVersion: '1.0.2',
  root: { path: 'rootfs' },
  process: { user: { uid: 0, gid: 0 }, args: [NOTHING], env: [], cwd: '/' },
  mounts: [
    { destination: '/proc', type: 'proc', source: 'proc' },
    { destination: '/dev', type: 'tmpfs', source: 'tmpfs' },
  ],
  linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'ipc' }], cgroupsPath },
});

export interface ProbeOptions {
  readonly name: string;
  readonly command: ProgramCommand;
  readonly env: Readonly<Record<string, string>>;
  readonly processes: Processes;
  /** Takes away what the trial left. */
  readonly clear: (id: string, cgroup: string) => Promise<void>;
  /** Parent of the trial's cgroup. */
  readonly cgroupParent: string;
  /** An empty folder for the trial's bundle. */
  readonly scratch: string;
}

/** Runs a container that can't start: it fails for want of its program, or for what is wrong with runtime or host. */
async function trial(options: ProbeOptions): Promise<string | undefined> {
  const { command, env, processes } = options;
  const bundle = await mkdtemp(join(options.scratch, 'probe-'));
  const id = `probe-${process.pid}-${options.name}`;
  const cgroup = `${options.cgroupParent}/${id}`;
  try {
    await mkdir(join(bundle, 'rootfs'));
    await writeFile(join(bundle, 'config.json'), JSON.stringify(trialSpec(cgroup)));
    const argv = runArgv(command, { id, bundle, tty: false }).map((word) =>
      word.startsWith('$') ? join(bundle, word.slice(2, -1)) : word,
    );
    const { code, stderr } = await processes.run(argv, { env, timeout: LIMIT });
    if (code === 0 || stderr.includes(NOTHING)) return undefined;
    return lastError(stderr) || `exit status ${code}`;
  } finally {
    await options.clear(id, cgroup).catch(() => {});
    await rm(bundle, { recursive: true, force: true });
  }
}

/** Version of the Debian package that the file comes from; '' where that can't be told. */
async function packageVersion(processes: Processes, program: string): Promise<string> {
  try {
    const found = await processes.run(['dpkg-query', '-W', '-f', '$' + '{Version}', program], {
      timeout: LIMIT,
    });
    return found.code === 0 ? found.stdout.trim() : '';
  } catch {
    return '';
  }
}

export async function probe(options: ProbeOptions): Promise<RuntimeProbe & { readonly program: string }> {
  const { name, command, env, processes } = options;
  const unusable = (reason: string) => ({
    name,
    path: command.path,
    program: '',
    version: '',
    warnings: [],
    usable: false,
    reason,
  });
  let text: string;
  try {
    const { code, stdout, stderr } = await processes.run(verbArgv(command, '--version'), {
      env,
      timeout: LIMIT,
    });
    if (code !== 0)
      return unusable(`${command.path} --version: ${lastError(stderr) || `exit status ${code}`}`);
    text = stdout;
  } catch (error) {
    return unusable(messageOf(error));
  }
  const found = parseVersion(text);
  const plain = floorWarnings(found.program, found.version, '');
  const warnings =
    plain.length === 0
      ? []
      : floorWarnings(found.program, found.version, await packageVersion(processes, found.program));
  const reason = await trial(options).catch(messageOf);
  return {
    name,
    path: command.path,
    ...found,
    warnings,
    usable: reason === undefined,
    ...(reason === undefined ? {} : { reason }),
  };
}
