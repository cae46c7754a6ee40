import type { TaskExit, TaskStatus } from '../../wire/keeper.ts';
import { announce, type Context, save, warner } from './context.ts';
import { execEnded } from './exec/exec.ts';
import { stopHealth } from './health.ts';
import { launch } from './launch/launch.ts';
import type { LiveContainer, Run } from './live/container.ts';
import { lasted } from './live/lasted.ts';
import { endedState, isAlive } from './record/state.ts';
import { discard } from './remove.ts';
import { decideRestart } from './restart-policy/decide.ts';
import { giveBack, leaveNetwork } from './teardown.ts';

export type EndedTask = TaskStatus & { readonly exit: TaskExit };

/** Others may want its ports or addresses the moment they hear that it ended. */
const holdsScarceThings = ({ record }: LiveContainer): boolean =>
  record.hostConfig.PublishAllPorts ||
  Object.keys(record.hostConfig.PortBindings ?? {}).length > 0 ||
  Object.values(record.endpoints).some(({ ipv4, ipv6 }) => ipv4 !== '' || ipv6 !== '');

/** Starts it again after the wait, unless someone stops or removes it meanwhile. */
export function restartLater(context: Context, container: LiveContainer, wait: number): void {
  const timer = setTimeout(() => {
    void context.restored.then(() =>
      container.lock.run(async () => {
        if (container.restart?.timer !== timer) return;
        container.restart = null;
        container.lastWait = wait;
        if (container.record.state.status !== 'restarting' || context.shuttingDown) return;
        try {
          await launch(context, container);
        } catch (error) {
          warner(context, container.id, 'a container could not be started again')(error);
          container.waiters.ended({ StatusCode: container.record.state.exitCode });
          if (container.record.hostConfig.AutoRemove) await discard(context, container);
        }
      }),
    );
  }, wait);
  container.restart = { timer, wait };
}

/** The container's first process ended. The container's lock is held. */
async function ended(context: Context, container: LiveContainer, run: Run, task: EndedTask): Promise<void> {
  const { record } = container;
  const { code: exitCode, at: finishedAt } = task.exit;
  stopHealth(container);
  context.execs.forgetUnstarted(record.id);
  const oomKilled = context.cgroups.oomKills(run.container.cgroup) > 0;
  const ranFor = lasted(run, record.state.startedAt, finishedAt);
  const decision = container.restarting
    ? ({ restart: false } as const)
    : decideRestart(record.hostConfig.RestartPolicy, {
        exitCode,
        ranFor,
        stoppedByHand: record.manuallyStopped || context.shuttingDown,
        restarts: record.restartCount,
        lastWait: container.lastWait,
      });
  const network = leaveNetwork(context, container);
  if (holdsScarceThings(container) || decision.restart) await network;
  container.run = null;
  const state = endedState(container.record.state, {
    exitCode,
    finishedAt,
    oomKilled,
    restarting: decision.restart,
  });
  const removes = !decision.restart && record.hostConfig.AutoRemove && !container.restarting;
  const unregistered = Promise.withResolvers<void>();
  if (removes) container.record = { ...container.record, state };
  const written = removes
    ? unregistered.promise
    : save(context, container, {
        state,
        ...(decision.restart ? { restartCount: record.restartCount + 1 } : {}),
      });
  // The keeper knows the status until it is on disk, or nobody needs it any more: should the daemon die in between, the
  // next one asks.
  container.teardown = Promise.all([network, written]).then(() => giveBack(context, container, run));
  if (oomKilled) announce(context, container, 'oom');
  announce(context, container, 'die', {
    exitCode: String(exitCode),
    execDuration: String(Math.floor(ranFor / 1000)),
  });
  run.ended.abort('ended');
  if (decision.restart) restartLater(context, container, decision.wait);
  else container.lastWait = 0;
  container.waiters.ended({ StatusCode: exitCode });
  if (removes) await discard(context, container).finally(unregistered.resolve);
}

/** The keeper tells, perhaps more than once, that a task ended. */
export function taskEnded(context: Context, task: EndedTask): void {
  if (task.kind === 'exec') {
    execEnded(context, task.id, task.container, task.exit.code);
    return;
  }
  const container = context.registry.byId(task.container);
  if (container === undefined) {
    context.keeper
      .forget(task.id)
      .catch(warner(context, task.container, 'an ended task could not be forgotten'));
    return;
  }
  void container.lock
    .run(async () => {
      const { state } = container.record;
      if (container.run === null) {
        // Heard before, or of a start that failed behind the launch.
        await context.keeper.forget(task.id).catch(() => {});
        return;
      }
      // Of an earlier run.
      if (!isAlive(state) || state.pid !== task.pid) return;
      await ended(context, container, container.run, task);
    })
    .catch(warner(context, container.id, 'the end of a container could not be dealt with'));
}
