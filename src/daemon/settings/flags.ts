/** Reads dockerd's command line: `--flag value`, `--flag=value`, `-Hvalue`, `-D`; booleans take `=value` only. */
import { invalid } from '../../errors/minke-error.ts';
import { type Kind, readers, type Values } from './kinds.ts';
import {
  type Definition,
  type PartialSettings,
  type SettingName,
  settingNames,
  settingsTable,
} from './table.ts';

const byFlag = new Map(settingNames.map((name) => [settingsTable[name].flag, name]));
const byShort = new Map(
  settingNames.flatMap((name) => {
    const definition: Definition<Kind> = settingsTable[name];
    return definition.short === undefined ? [] : [[definition.short, name] as const];
  }),
);

function put<N extends SettingName>(found: PartialSettings, name: N, text: string): void {
  const kind = settingsTable[name].kind;
  // The reader of a name's kind reads and answers that name's values; the compiler can't follow the pair.
  const reader = readers[kind] as unknown as { flag: (text: string, before: unknown) => PartialSettings[N] };
  try {
    found[name] = reader.flag(text, found[name]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(`invalid argument "${text}" for "--${settingsTable[name].flag}" flag: ${reason}`);
  }
}

/** @throws invalid "unknown flag: --x", "flag needs an argument: --x" */
export function parseFlags(argv: readonly string[]): PartialSettings {
  const found: PartialSettings = {};
  const rest = [...argv];
  const take = (name: SettingName, inline: string | undefined, shown: string): void => {
    const value = inline ?? (settingsTable[name].kind === 'bool' ? 'true' : rest.shift());
    if (value === undefined) throw invalid(`flag needs an argument: ${shown}`);
    put(found, name, value);
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith('--') && word.length > 2) {
      const at = word.indexOf('=');
      const flag = at < 0 ? word.slice(2) : word.slice(2, at);
      const name = byFlag.get(flag);
      if (name === undefined) throw invalid(`unknown flag: --${flag}`);
      take(name, at < 0 ? undefined : word.slice(at + 1), `--${flag}`);
    } else if (word.startsWith('-') && word.length > 1) {
      const short = word.slice(1, 2);
      const name = byShort.get(short);
      if (name === undefined) throw invalid(`unknown shorthand flag: '${short}' in ${word}`);
      const glued = word.slice(2);
      if (settingsTable[name].kind === 'bool' && glued !== '' && !glued.startsWith('=')) {
        put(found, name, 'true');
        rest.unshift(`-${glued}`);
      } else {
        take(name, glued === '' ? undefined : glued.replace(/^=/, ''), `-${short}`);
      }
    } else {
      throw invalid(`unexpected argument: ${word}`);
    }
  }
  return found;
}

/** What a value looks like in messages. */
export function showValue<K extends Kind>(kind: K, value: Values[K]): string {
  return readers[kind].show(value);
}
