/** What SIGHUP may change, as in Docker; the rest wants a restart. */

import { showValue } from './settings/flags.ts';
import type { Kind, Values } from './settings/kinds.ts';
import { type SettingName, type Settings, settingsTable } from './settings/table.ts';

const changeable: readonly SettingName[] = [
  'debug',
  'logLevel',
  'labels',
  'liveRestore',
  'shutdownTimeout',
  'defaultShmSize',
  'defaultUlimits',
  'httpProxy',
  'httpsProxy',
  'imageBlobs',
  'imageGc',
  'insecureRegistries',
  'maxConcurrentDownloads',
  'maxConcurrentUploads',
  'maxDownloadAttempts',
  'noProxy',
  'registryAuthHosts',
  'registryMirrors',
];

const same = (name: SettingName, a: Settings, b: Settings): boolean => {
  const { kind } = settingsTable[name];
  return showValue<Kind>(kind, a[name] as Values[Kind]) === showValue<Kind>(kind, b[name] as Values[Kind]);
};

/** @returns the settings to go on with, and the names of those that are different now */
export function reloaded(now: Settings, next: Settings): { settings: Settings; changed: SettingName[] } {
  const changed = changeable.filter((name) => !same(name, now, next));
  return { settings: { ...now, ...Object.fromEntries(changed.map((name) => [name, next[name]])) }, changed };
}
