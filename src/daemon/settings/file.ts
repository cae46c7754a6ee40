/** Reads `daemon.json`. */
import * as v from 'valibot';
import { invalid, messageOf } from '../../errors/minke-error.ts';
import { readers } from './kinds.ts';
import { type PartialSettings, type SettingName, settingNames, settingsTable } from './table.ts';

const byKey = new Map(
  settingNames.flatMap((name) =>
    settingsTable[name].file === null ? [] : [[settingsTable[name].file, name]],
  ) as [string, SettingName][],
);

/** Keys in `proxies`, and the settings that they are. */
const proxyKeys = new Map<string, SettingName>([
  ['http-proxy', 'httpProxy'],
  ['https-proxy', 'httpsProxy'],
  ['no-proxy', 'noProxy'],
]);

function put<N extends SettingName>(found: PartialSettings, name: N, key: string, value: unknown): void {
  const schema = readers[settingsTable[name].kind].file as unknown as v.GenericSchema<
    unknown,
    PartialSettings[N]
  >;
  const result = v.safeParse(schema, value);
  if (!result.success)
    throw invalid(`${key}: ${v.flatten(result.issues).root?.join('; ') ?? result.issues[0].message}`);
  found[name] = result.output;
}

/**
 * @param path for messages
 * @throws invalid on bad JSON, on unknown keys ("the following directives don't match any configuration option: x")
 */
export function parseFile(text: string, path: string): PartialSettings {
  const found: PartialSettings = {};
  if (text.trim() === '') return found;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw invalid(`unable to configure the Docker daemon with file ${path}: ${messageOf(error)}`);
  }
  const object = v.safeParse(v.record(v.string(), v.unknown()), parsed);
  if (!object.success)
    throw invalid(`unable to configure the Docker daemon with file ${path}: not a JSON object`);
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(object.output)) {
    const name = byKey.get(key);
    if (key === 'proxies' && typeof value === 'object' && value !== null) {
      for (const [proxyKey, proxy] of Object.entries(value)) {
        const proxyName = proxyKeys.get(proxyKey);
        if (proxyName === undefined) unknown.push(`proxies.${proxyKey}`);
        else put(found, proxyName, `proxies.${proxyKey}`, proxy);
      }
    } else if (name === undefined) unknown.push(key);
    else put(found, name, key, value);
  }
  if (unknown.length > 0) {
    throw invalid(
      `unable to configure the Docker daemon with file ${path}: the following directives don't match any configuration option: ${unknown.join(', ')}`,
    );
  }
  return found;
}
