import { bind, SystemError } from '../../ffi/libc.ts';

/**
 * posix_spawn(3): glibc does it by vfork, so our thread stands still only until the child's execve, whatever our own
 * size is.
 */
const posixSpawn = bind<
  [Buffer, string, Buffer, Buffer, readonly (string | null)[], readonly (string | null)[]],
  number
>(
  'int posix_spawn(int *pid, const char *path, void *actions, void *attributes, const char **argv, const char **envp)',
);
const actionsInit = bind<[Buffer], number>('int posix_spawn_file_actions_init(void *actions)');
const actionsDestroy = bind<[Buffer], number>('int posix_spawn_file_actions_destroy(void *actions)');
const addDup2 = bind<[Buffer, number, number], number>(
  'int posix_spawn_file_actions_adddup2(void *actions, int from, int to)',
);
const addOpen = bind<[Buffer, number, string, number, number], number>(
  'int posix_spawn_file_actions_addopen(void *actions, int fd, const char *path, int flags, uint mode)',
);
const addChdir = bind<[Buffer, string], number>(
  'int posix_spawn_file_actions_addchdir_np(void *actions, const char *path)',
);
const addCloseFrom = bind<[Buffer, number], number>(
  'int posix_spawn_file_actions_addclosefrom_np(void *actions, int from)',
);
const attributesInit = bind<[Buffer], number>('int posix_spawnattr_init(void *attributes)');
const setFlags = bind<[Buffer, number], number>(
  'int posix_spawnattr_setflags(void *attributes, short flags)',
);
const setDefaultSignals = bind<[Buffer, Buffer], number>(
  'int posix_spawnattr_setsigdefault(void *attributes, void *set)',
);
const setSignalMask = bind<[Buffer, Buffer], number>(
  'int posix_spawnattr_setsigmask(void *attributes, void *set)',
);
const fillSet = bind<[Buffer], number>('int sigfillset(void *set)');
const emptySet = bind<[Buffer], number>('int sigemptyset(void *set)');

// <spawn.h>, the same in glibc and musl.
const SETSIGDEF = 0x04;
const SETSIGMASK = 0x08;
const SETSID = 0x80;
const O_RDWR = 2;

// posix_spawnattr_t has 336 bytes, posix_spawn_file_actions_t 80, sigset_t 128, in glibc and musl.
let attributes: Buffer | undefined;

/** Node ignores SIGPIPE and an ignored signal outlives execve; a child starts with all at their defaults. */
function cleanAttributes(): Buffer {
  if (attributes === undefined) {
    attributes = Buffer.alloc(512);
    const set = Buffer.alloc(128);
    attributesInit(attributes);
    fillSet(set);
    setDefaultSignals(attributes, set);
    emptySet(set);
    setSignalMask(attributes, set);
    setFlags(attributes, SETSIGDEF | SETSIGMASK | SETSID);
  }
  return attributes;
}

function must(error: number, call: string, subject: string): void {
  if (error !== 0) throw new SystemError(call, error, subject);
}

export interface Spawn {
  /** Absolute path. */
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Our descriptors that become the child's 0, 1, 2 and so on; `null` is /dev/null. They must be above 2. */
  readonly stdio: readonly [number | null, number | null, number | null, ...more: number[]];
}

/**
 * Starts a program in a session of its own with those descriptors and no other; returns its pid. Whoever calls
 * reaps it. Throws SystemError with execve's errno.
 */
export function spawn({ path, argv, env, cwd, stdio }: Spawn): number {
  for (const text of [path, cwd, ...argv]) {
    if (text.includes('\0')) throw new SystemError('posix_spawn', 22, JSON.stringify(text));
  }
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const actions = Buffer.alloc(128);
  actionsInit(actions);
  try {
    must(addChdir(actions, cwd), 'chdir', cwd);
    stdio.forEach((fd, target) => {
      const error =
        fd === null ? addOpen(actions, target, '/dev/null', O_RDWR, 0) : addDup2(actions, fd, target);
      must(error, 'posix_spawn', path);
    });
    must(addCloseFrom(actions, stdio.length), 'posix_spawn', path);
    const pid = Buffer.alloc(4);
    must(
      posixSpawn(pid, path, actions, cleanAttributes(), [...argv, null], [...variables, null]),
      'posix_spawn',
      path,
    );
    return pid.readInt32LE();
  } finally {
    actionsDestroy(actions);
  }
}
