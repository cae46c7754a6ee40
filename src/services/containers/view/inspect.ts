import { internal, isKind } from '../../../errors/minke-error.ts';
import type { ContainerInspectResponse, ContainerState } from '../../../wire/generated/engine-api.ts';
import type { Context } from '../context.ts';
import { shownLinks } from '../links.ts';
import type { LiveContainer } from '../live/container.ts';
import type { State } from '../record/record.ts';
import { isRunning } from '../record/state.ts';
import { mergeUlimits } from '../spec/rlimits.ts';
import { showConfig } from './config.ts';
import { showHostConfig } from './host-config.ts';
import { showMount } from './mounts.ts';
import { mainMac, showNetworking } from './networks.ts';

const showState = (state: State): ContainerState => ({
  Status: state.status,
  Running: isRunning(state),
  Paused: state.status === 'paused',
  Restarting: state.status === 'restarting',
  OOMKilled: state.oomKilled,
  Dead: state.status === 'dead',
  Pid: state.pid,
  ExitCode: state.exitCode,
  Error: state.error,
  StartedAt: state.startedAt,
  FinishedAt: state.finishedAt,
  ...(state.health === null
    ? {}
    : {
        Health: {
          Status: state.health.status,
          FailingStreak: state.health.failingStreak,
          Log: state.health.log,
        },
      }),
});

/** The container is there, so it is no 404 that its filesystem is not. */
async function sizeShown(storage: Context['storage'], id: string): Promise<{ rw: number; root: number }> {
  try {
    return await storage.usage(id);
  } catch (error) {
    throw isKind(error, 'not-found') ? internal(error.message, error) : error;
  }
}

/** Body of GET /containers/{id}/json. */
export async function inspect(
  context: Context,
  container: LiveContainer,
  { size }: { size: boolean },
): Promise<ContainerInspectResponse> {
  const { record } = container;
  const { storage, folders, execs } = context;
  const folder = folders.folder(record.id);
  const { defaultUlimits, ...usage } = {
    defaultUlimits: context.settings().ulimits,
    ...(size ? await sizeShown(storage, record.id) : {}),
  };
  const [path = '', ...args] = record.argv;
  const open = execs.open(record.id).map(({ id }) => id);
  const etc = (name: string) =>
    record.started && record.config.NetworkDisabled !== true ? `${folder}/${name}` : '';
  return {
    Id: record.id,
    Created: record.created,
    Path: path,
    Args: args,
    State: showState(record.state),
    Image: record.image,
    ResolvConfPath: etc('resolv.conf'),
    HostnamePath: etc('hostname'),
    HostsPath: etc('hosts'),
    LogPath: record.started && record.log.driver === 'json-file' ? record.log.path : '',
    Name: `/${record.name}`,
    RestartCount: record.restartCount,
    Driver: record.driver,
    Platform: record.os,
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: open.length === 0 ? null : open,
    HostConfig: showHostConfig(
      { ...record.hostConfig, Links: shownLinks(context, record) },
      defaultUlimits.length === 0
        ? record.hostConfig.Ulimits
        : mergeUlimits(record.hostConfig.Ulimits, defaultUlimits),
    ),
    GraphDriver: await storage.describe(record.id).catch(() => ({ Name: record.driver, Data: {} })),
    ...('rw' in usage ? { SizeRw: usage.rw, SizeRootFs: usage.root } : {}),
    Mounts: record.mountPoints.map(showMount),
    Config: showConfig(record.config, mainMac(record)),
    NetworkSettings: showNetworking(record, context.networks.sandbox(record.id)),
  };
}
