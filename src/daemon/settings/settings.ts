/** Flags and `daemon.json` become the one `Settings` that the daemon runs with. */
import { invalid } from '../../errors/minke-error.ts';
import { parseFile } from './file.ts';
import { parseFlags, showValue } from './flags.ts';
import type { Kind, Values } from './kinds.ts';
import {
  type Definition,
  type PartialSettings,
  type SettingName,
  type Settings,
  settingNames,
  settingsTable,
} from './table.ts';

/** Answers the file's text, or null where there is none. */
export type ReadText = (path: string) => string | null;

const show = (name: SettingName, value: unknown): string =>
  showValue<Kind>(settingsTable[name].kind, value as Values[Kind]);

/** Docker merges lists of runtimes only; anything else may be said in one place. */
function assertNoConflict(flags: PartialSettings, file: PartialSettings, path: string): void {
  const both = settingNames.filter(
    (name) => flags[name] !== undefined && file[name] !== undefined && name !== 'addRuntime',
  );
  if (both.length === 0) return;
  const rows = both.map(
    (name) =>
      `${settingsTable[name].file}: (from flag: ${show(name, flags[name])}, from file: ${show(name, file[name])})`,
  );
  throw invalid(
    `unable to configure the Docker daemon with file ${path}: the following directives are specified both as a flag and in the configuration file: ${rows.join(', ')}`,
  );
}

function assertHonoured(settings: PartialSettings): void {
  for (const name of settingNames) {
    const definition: Definition<Kind> = settingsTable[name];
    const value = settings[name];
    if (definition.refused === undefined || value === undefined) continue;
    if (show(name, value) === show(name, definition.fallback)) continue;
    throw invalid(
      `${definition.flag === null ? definition.file : `--${definition.flag}`}: ${definition.refused}`,
    );
  }
}

const oneOf = (name: SettingName, value: string, allowed: readonly string[]): void => {
  if (!allowed.includes(value))
    throw invalid(
      `invalid value "${value}" for --${settingsTable[name].flag}: ${allowed.join(', ')} expected`,
    );
};

function assertSense(settings: Settings): void {
  oneOf('logLevel', settings.logLevel, ['debug', 'info', 'warn', 'error', 'fatal']);
  oneOf('logFormat', settings.logFormat, ['text', 'json']);
  oneOf('defaultIpcMode', settings.defaultIpcMode, ['private', 'shareable']);
  oneOf('defaultCgroupnsMode', settings.defaultCgroupnsMode, ['', 'private', 'host']);
  oneOf('firewallBackend', settings.firewallBackend, ['', 'iptables', 'nftables']);
  if (!/^[a-zA-Z0-9_.@-]{0,15}$/.test(settings.bridge)) {
    throw invalid(`invalid value ${JSON.stringify(settings.bridge)} for --bridge: no name for a bridge`);
  }
  oneOf('imageBlobs', settings.imageBlobs, ['keep', 'drop']);
  oneOf('storageDriver', settings.storageDriver, ['', 'overlay2', 'vfs']);
  if (settings.tlsverify && settings.tlscacert === '')
    throw invalid('--tlsverify needs --tlscacert: the CA that signs the clients');
  if ((settings.tls || settings.tlsverify) && (settings.tlscert === '' || settings.tlskey === '')) {
    throw invalid('--tls needs --tlscert and --tlskey');
  }
  if (settings.mtu < 68 || settings.mtu > 65535)
    throw invalid(`invalid value ${settings.mtu} for --mtu: 68 to 65535 expected`);
  for (const option of settings.execOpts) {
    const [key, value] = option.split('=');
    if (key !== 'native.cgroupdriver') throw invalid(`invalid option for --exec-opt: ${option}`);
    if (value !== 'cgroupfs')
      throw invalid(`--exec-opt ${option}: only native.cgroupdriver=cgroupfs is supported`);
  }
  if (settings.maxConcurrentDownloads < 1 || settings.maxConcurrentUploads < 1)
    throw invalid('--max-concurrent-downloads and --max-concurrent-uploads: 1 or more expected');
  if (settings.maxDownloadAttempts < 1) throw invalid('--max-download-attempts: 1 or more expected');
  if (settings.registryTimeout < 1) throw invalid('--registry-timeout: 1 or more seconds expected');
  for (const label of settings.labels) {
    if (label.indexOf('=') < 1) throw invalid(`bad attribute format: ${label}`);
  }
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** Names given by flag or file, the rest are defaults. */
  readonly given: ReadonlySet<SettingName>;
}

/** @throws invalid */
export function loadSettings(argv: readonly string[], readText: ReadText): LoadedSettings {
  const flags = parseFlags(argv);
  const path = flags.configFile ?? settingsTable.configFile.fallback;
  const text = readText(path);
  if (text === null && flags.configFile !== undefined) {
    throw invalid(
      `unable to configure the Docker daemon with file ${path}: open ${path}: no such file or directory`,
    );
  }
  const file = text === null ? {} : parseFile(text, path);
  assertNoConflict(flags, file, path);
  const merged: PartialSettings = { ...file, ...flags };
  if (file.addRuntime && flags.addRuntime)
    merged.addRuntime = new Map([...file.addRuntime, ...flags.addRuntime]);
  assertHonoured(merged);
  const fallbacks = Object.fromEntries(settingNames.map((name) => [name, settingsTable[name].fallback]));
  // Each name has its own kind's value: the table gave both.
  const settings = { ...fallbacks, ...merged } as Settings;
  assertSense(settings);
  return { settings, given: new Set(settingNames.filter((name) => merged[name] !== undefined)) };
}
