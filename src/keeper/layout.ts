/**
 * Folders and files of the keeper, below `<exec-root>/keeper` (0700):
 *
 *     keeper.sock  keeper.lock  keeper.log  proxy.lock
 *     tasks/<name>/         one task, see native/shim.c
 *       spec.json           TaskSpec as launched, and the attempt it was launched by
 *       stdin stdout stderr held control status     FIFOs
 *       console.sock        until the terminal has come
 *       pid runtime.log     written by the OCI runtime
 *       started failed exit written by the shim
 *       journal             how far the log is written
 *     proxies/<container>.json
 *     names/<container>.json     what the embedded resolver is told
 *     host-names.json            where it answers the host, if it does
 */
import { join } from 'node:path';
import { invalid } from '../errors/minke-error.ts';

export const keeperLayout = (root: string) => ({
  root,
  socket: join(root, 'keeper.sock'),
  lock: join(root, 'keeper.lock'),
  log: join(root, 'keeper.log'),
  proxyLock: join(root, 'proxy.lock'),
  tasks: join(root, 'tasks'),
  proxies: join(root, 'proxies'),
  names: join(root, 'names'),
  hostNames: join(root, 'host-names.json'),
});
export type KeeperLayout = ReturnType<typeof keeperLayout>;

export const taskLayout = (folder: string) => {
  const at = (name: string) => join(folder, name);
  return {
    folder,
    spec: at('spec.json'),
    stdin: at('stdin'),
    stdout: at('stdout'),
    stderr: at('stderr'),
    held: at('held'),
    control: at('control'),
    status: at('status'),
    console: at('console.sock'),
    pid: at('pid'),
    runtimeLog: at('runtime.log'),
    started: at('started'),
    failed: at('failed'),
    exit: at('exit'),
    journal: at('journal'),
  };
};
export type TaskLayout = ReturnType<typeof taskLayout>;

const idPattern = /^[a-z0-9][a-z0-9-]{0,127}$/;
/** sockaddr_un holds 108 bytes with its NUL (unix(7)). */
const longestSocket = 107;

/** A task's folder. Long ids are shortened to their ends, since a socket's path has to fit. */
export function taskFolder({ tasks }: KeeperLayout, id: string): string {
  if (!idPattern.test(id)) throw invalid(`invalid task id: ${JSON.stringify(id)}`);
  const folder = join(tasks, id.length <= 24 ? id : id.slice(0, 16) + id.slice(-8));
  if (Buffer.byteLength(taskLayout(folder).console) > longestSocket) {
    throw invalid(`the path of the exec root is too long for sockets: ${folder}`);
  }
  return folder;
}
