/** Every parity case. */
import type { Case } from '../contract.ts';
import { api } from './api.ts';
import { exec } from './exec.ts';
import { files } from './files.ts';
import { identity } from './identity.ts';
import { images } from './images.ts';
import { inspect } from './inspect.ts';
import { lifecycle } from './lifecycle.ts';
import { limits } from './limits.ts';
import { logs } from './logs.ts';
import { networks } from './networks.ts';
import { networksNames } from './networks-names.ts';
import { networksPorts } from './networks-ports.ts';
import { run } from './run.ts';
import { security } from './security.ts';
import { system } from './system.ts';

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
  ...files,
  ...networks,
  ...networksNames,
  ...networksPorts,
  ...system,
  ...api,
];
