/** Every parity case. */
import type { Case } from '../contract.ts';
import { api } from './api.ts';
import { apiAnswers } from './api-answers.ts';
import { apiRefusals } from './api-refusals.ts';
import { commands } from './commands.ts';
import { copyAndCommit } from './copy-and-commit.ts';
import { engine } from './engine.ts';
import { exec } from './exec.ts';
import { execDetails } from './exec-details.ts';
import { files } from './files.ts';
import { identity } from './identity.ts';
import { images } from './images.ts';
import { imagesDetails } from './images-details.ts';
import { imagesEdges } from './images-edges.ts';
import { inspect } from './inspect.ts';
import { isolation } from './isolation.ts';
import { lifecycle } from './lifecycle.ts';
import { limits } from './limits.ts';
import { logs } from './logs.ts';
import { logsDetails } from './logs-details.ts';
import { networks } from './networks.ts';
import { networksChanges } from './networks-changes.ts';
import { networkConnect } from './networks-connect.ts';
import { networksDaemon } from './networks-daemon.ts';
import { networkDrivers } from './networks-drivers.ts';
import { networksEdges } from './networks-edges.ts';
import { networkIpam } from './networks-ipam.ts';
import { networksLife } from './networks-life.ts';
import { networksNames } from './networks-names.ts';
import { networksPorts } from './networks-ports.ts';
import { options } from './options.ts';
import { registryLogin } from './registry-login.ts';
import { registryPull } from './registry-pull.ts';
import { registryPush } from './registry-push.ts';
import { run } from './run.ts';
import { security } from './security.ts';
import { system } from './system.ts';
import { volumes } from './volumes.ts';

export const cases: readonly Case[] = [
  ...run,
  ...identity,
  ...lifecycle,
  ...exec,
  ...logs,
  ...limits,
  ...security,
  ...inspect,
  ...images,
  ...registryPush,
  ...registryPull,
  ...registryLogin,
  ...files,
  ...networks,
  ...networkDrivers,
  ...networksDaemon,
  ...networkIpam,
  ...networksChanges,
  ...networkConnect,
  ...networksEdges,
  ...networksLife,
  ...networksNames,
  ...networksPorts,
  ...system,
  ...api,
  ...apiRefusals,
  ...apiAnswers,
  ...commands,
  ...engine,
  ...execDetails,
  ...copyAndCommit,
  ...imagesDetails,
  ...imagesEdges,
  ...isolation,
  ...logsDetails,
  ...options,
  ...volumes,
];
