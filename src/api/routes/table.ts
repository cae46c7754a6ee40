/** All routes. Among those with parameters the earlier one wins. */
import type { Route } from '../route.ts';
import { listPlugins, pruneBuildCache } from './collections.ts';
import { archive, archiveInfo, putArchive } from './containers/archive.ts';
import { attach } from './containers/attach.ts';
import { attachWebsocket } from './containers/attach-websocket.ts';
import { changes } from './containers/changes.ts';
import { commit } from './containers/commit.ts';
import { create as containerCreate } from './containers/create.ts';
import { exportFilesystem } from './containers/export.ts';
import { inspect as containerInspect } from './containers/inspect.ts';
import { kill } from './containers/kill.ts';
import { list as containerList } from './containers/list.ts';
import { logs } from './containers/logs.ts';
import { pause } from './containers/pause.ts';
import { prune as containerPrune } from './containers/prune.ts';
import { remove as containerRemove } from './containers/remove.ts';
import { rename } from './containers/rename.ts';
import { resize as containerResize } from './containers/resize.ts';
import { restart } from './containers/restart.ts';
import { start as containerStart } from './containers/start.ts';
import { stats } from './containers/stats.ts';
import { stop } from './containers/stop.ts';
import { top } from './containers/top.ts';
import { unpause } from './containers/unpause.ts';
import { update as containerUpdate } from './containers/update.ts';
import { wait } from './containers/wait.ts';
import { create as execCreate } from './exec/create.ts';
import { inspect as execInspect } from './exec/inspect.ts';
import { resize as execResize } from './exec/resize.ts';
import { start as execStart } from './exec/start.ts';
import { create as imageCreate } from './images/create.ts';
import { distributionInspect } from './images/distribution.ts';
import { history } from './images/history.ts';
import { inspect as imageInspect } from './images/inspect.ts';
import { list as imageList } from './images/list.ts';
import { load } from './images/load.ts';
import { prune as imagePrune } from './images/prune.ts';
import { push } from './images/push.ts';
import { referrers } from './images/referrers.ts';
import { remove as imageRemove } from './images/remove.ts';
import { saveMany, saveOne } from './images/save.ts';
import { search } from './images/search.ts';
import { tag } from './images/tag.ts';
import { connect } from './networks/connect.ts';
import { create as networkCreate } from './networks/create.ts';
import { disconnect } from './networks/disconnect.ts';
import { inspect as networkInspect } from './networks/inspect.ts';
import { list as networkList, listSlash as networkListSlash } from './networks/list.ts';
import { prune as networkPrune } from './networks/prune.ts';
import { remove as networkRemove } from './networks/remove.ts';
import { update as networkUpdate } from './networks/update.ts';
import { auth } from './system/auth.ts';
import { check } from './system/check.ts';
import { diskUsage } from './system/df.ts';
import { events } from './system/events.ts';
import { info } from './system/info.ts';
import { options } from './system/options.ts';
import { ping, pingHead } from './system/ping.ts';
import { version } from './system/version.ts';
import { unbuiltRoutes } from './unbuilt.ts';
import { create as volumeCreate } from './volumes/create.ts';
import { inspect as volumeInspect } from './volumes/inspect.ts';
import { list as volumeList } from './volumes/list.ts';
import { prune as volumePrune } from './volumes/prune.ts';
import { remove as volumeRemove } from './volumes/remove.ts';
import { update as volumeUpdate } from './volumes/update.ts';

const system = [
  ping,
  pingHead,
  version,
  info,
  auth,
  events,
  diskUsage,
  check,
  options,
  pruneBuildCache,
  listPlugins,
];

const containers = [
  ...[containerList, containerCreate, containerPrune, commit],
  ...[containerInspect, top, logs, changes, exportFilesystem, stats],
  ...[containerStart, stop, restart, kill, pause, unpause, wait],
  ...[rename, containerUpdate, containerResize, attach, attachWebsocket],
  ...[archiveInfo, archive, putArchive],
];

const exec = [execCreate, execStart, execResize, execInspect];

const images = [
  ...[imageList, imageCreate, load, imagePrune, saveMany, search],
  ...[imageInspect, history, saveOne, tag, push, distributionInspect, referrers],
];

const networks = [
  ...[networkList, networkListSlash, networkCreate, networkPrune],
  ...[connect, disconnect, networkInspect, networkUpdate, networkRemove],
];

const volumes = [volumeList, volumeCreate, volumePrune, volumeInspect, volumeUpdate, volumeRemove];

/** Their paths end in the parameter, so they take whatever is left. */
const last = [containerRemove, imageRemove];

export const routes: readonly Route[] = [
  ...system,
  ...containers,
  ...exec,
  ...images,
  ...networks,
  ...volumes,
  ...unbuiltRoutes,
  ...last,
];
