/**
 * `minke-keeper --root <exec-root>/keeper --shim <path> --proxy <path> [--version <text>]`: holds what containers need while the
 * daemon comes and goes. Ends by itself only when told to retire, or at once where another keeper has the folder.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EmbeddedResolver } from '../drivers/dns/embedded/resolver.ts';
import { closeInherited } from '../host/fds/inherited.ts';
import { takeLock } from '../host/fds/lock.ts';
import { VisitingResolverHost } from '../host/netns/resolver-host.ts';
import { keepCompiledCode } from '../host/process/compiled-code.ts';
import { setProcessName } from '../host/process/name.ts';
import { reapAny } from '../host/process/posix/pidfd.ts';
import { writeStandardError } from '../host/standard-error/write.ts';
import { keeperLayout } from './layout.ts';
import { hostNameservers } from './names/host-nameservers.ts';
import { KeeperServer } from './server/keeper-server.ts';

/** Status where another keeper runs here. */
const takenStatus = 17;

closeInherited();
setProcessName('minke-keeper');
process.umask(0o027);

const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    shim: { type: 'string' },
    proxy: { type: 'string' },
    version: { type: 'string', default: 'unknown' },
  },
});
if (values.root === undefined || values.shim === undefined || values.proxy === undefined) {
  process.stderr.write('usage: minke-keeper --root DIR --shim PATH --proxy PATH\n');
  process.exit(2);
}

const layout = keeperLayout(values.root);
mkdirSync(layout.root, { recursive: true, mode: 0o700 });
chmodSync(layout.root, 0o700);
if (takeLock(layout.lock) === undefined) process.exit(takenStatus);

/** In a container's network nothing here works any more; the next keeper takes everything over. */
const sockets = new VisitingResolverHost((error) => {
  process.stderr.write(`lost its own network namespace: ${String(error)}\n`);
  process.exit(1);
});

const server = new KeeperServer({
  layout,
  shim: values.shim,
  proxy: values.proxy,
  version: values.version,
  resolver: new EmbeddedResolver({ sockets, hostNameservers: hostNameservers() }),
  // The reply goes out first.
  onRetire: () => setImmediate(() => process.exit(0)),
});

process.on('SIGCHLD', () => {
  for (let pid = reapAny(); pid !== undefined; pid = reapAny()) server.tasks.childEnded(pid);
});
// One task's trouble is not the others' end: the shims hold everything, so going on is safer than starting anew.
process.on('uncaughtException', (error) => writeStandardError(`${error.stack ?? error}\n`));
process.on('unhandledRejection', (error) => writeStandardError(`unhandled: ${String(error)}\n`));

await server.start();
keepCompiledCode();
