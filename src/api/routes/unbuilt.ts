/**
 * Operations of the description that this engine knows and can't do yet, as data. A row moves to a file of its own
 * when it is built.
 */
import { type ErrorKind, MinkeError } from '../../errors/minke-error.ts';
import type { ApiVersion } from '../../wire/api/versions.ts';
import { type Method, type Route, route } from '../route.ts';
import { notManager, notPart } from './swarm/texts.ts';

type Row = readonly [method: Method, path: string, operation: string | null, since: ApiVersion];

/** True answers of a node without a swarm. */
const needManager: readonly Row[] = [
  ['GET', '/swarm', 'SwarmInspect', 24],
  ['POST', '/swarm/update', 'SwarmUpdate', 24],
  ['GET', '/swarm/unlockkey', 'SwarmUnlockkey', 25],
  ['POST', '/swarm/unlock', 'SwarmUnlock', 25],
  ['GET', '/nodes', 'NodeList', 24],
  ['GET', '/nodes/{id}', 'NodeInspect', 24],
  ['DELETE', '/nodes/{id}', 'NodeDelete', 24],
  ['POST', '/nodes/{id}/update', 'NodeUpdate', 24],
  ['GET', '/services', 'ServiceList', 24],
  ['POST', '/services/create', 'ServiceCreate', 24],
  ['GET', '/services/{id}', 'ServiceInspect', 24],
  ['DELETE', '/services/{id}', 'ServiceDelete', 24],
  ['POST', '/services/{id}/update', 'ServiceUpdate', 24],
  ['GET', '/services/{id}/logs', 'ServiceLogs', 25],
  ['GET', '/tasks', 'TaskList', 24],
  ['GET', '/tasks/{id}', 'TaskInspect', 24],
  ['GET', '/tasks/{id}/logs', 'TaskLogs', 29],
  ['GET', '/secrets', 'SecretList', 25],
  ['POST', '/secrets/create', 'SecretCreate', 25],
  ['GET', '/secrets/{id}', 'SecretInspect', 25],
  ['DELETE', '/secrets/{id}', 'SecretDelete', 25],
  ['POST', '/secrets/{id}/update', 'SecretUpdate', 26],
  ['GET', '/configs', 'ConfigList', 30],
  ['POST', '/configs/create', 'ConfigCreate', 30],
  ['GET', '/configs/{id}', 'ConfigInspect', 30],
  ['DELETE', '/configs/{id}', 'ConfigDelete', 30],
  ['POST', '/configs/{id}/update', 'ConfigUpdate', 30],
];

const needMembership: readonly Row[] = [['POST', '/swarm/leave', 'SwarmLeave', 24]];

const swarm: readonly Row[] = [
  ['POST', '/swarm/init', 'SwarmInit', 24],
  ['POST', '/swarm/join', 'SwarmJoin', 24],
];

const builder: readonly Row[] = [
  ['POST', '/build', 'ImageBuild', 24],
  ['POST', '/build/cancel', null, 39],
  ['POST', '/session', 'Session', 31],
  ['POST', '/grpc', null, 39],
];

const plugins: readonly Row[] = [
  ['GET', '/plugins/privileges', 'GetPluginPrivileges', 25],
  ['POST', '/plugins/pull', 'PluginPull', 24],
  ['POST', '/plugins/create', 'PluginCreate', 25],
  ['GET', '/plugins/{name*}/json', 'PluginInspect', 25],
  ['DELETE', '/plugins/{name*}', 'PluginDelete', 24],
  ['POST', '/plugins/{name*}/enable', 'PluginEnable', 24],
  ['POST', '/plugins/{name*}/disable', 'PluginDisable', 24],
  ['POST', '/plugins/{name*}/upgrade', 'PluginUpgrade', 26],
  ['POST', '/plugins/{name*}/push', 'PluginPush', 25],
  ['POST', '/plugins/{name*}/set', 'PluginSet', 25],
];

const checkpoints: readonly Row[] = [
  ['GET', '/containers/{id*}/checkpoints', null, 25],
  ['POST', '/containers/{id*}/checkpoints', null, 25],
  ['DELETE', '/containers/{id*}/checkpoints/{checkpoint}', null, 25],
];

const refusing = (rows: readonly Row[], kind: ErrorKind, message: string): Route[] =>
  rows.map(([method, path, operation, since]) =>
    route({
      method,
      path,
      operation,
      since,
      handle: () => {
        throw new MinkeError(kind, message);
      },
    }),
  );

export const unbuiltRoutes: readonly Route[] = [
  ...refusing(needManager, 'unavailable', notManager),
  ...refusing(needMembership, 'unavailable', notPart),
  ...refusing(swarm, 'not-implemented', 'swarm is not supported by this version'),
  ...refusing(builder, 'not-implemented', 'building images is not supported by this version'),
  ...refusing(plugins, 'not-implemented', 'managed plugins are not supported by this version'),
  ...refusing(checkpoints, 'not-implemented', 'checkpoints are not supported by this version'),
];
