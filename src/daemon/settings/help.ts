/** Usage of `minked`, made from the table. */
import type { Kind } from './kinds.ts';
import { type Definition, settingNames, settingsTable } from './table.ts';

const valueNames: Record<Kind, string> = {
  bool: '',
  string: 'string',
  int: 'int',
  bytes: 'bytes',
  ip: 'ip',
  list: 'list',
  map: 'key=value',
  runtimes: 'name=path',
  pools: 'base=CIDR,size=N',
  ulimits: 'name=soft[:hard]',
  mirrors: 'list',
  imageGc: 'high=N,low=N[,min-age=D]',
  networkOpts: 'driver=key=value',
};

export function usage(): string {
  const rows = settingNames
    .map((name): Definition<Kind> => settingsTable[name])
    .filter((definition) => definition.flag !== null)
    .map((definition) => {
      const short = definition.short === undefined ? '    ' : `-${definition.short}, `;
      const left = `  ${short}--${definition.flag} ${valueNames[definition.kind]}`;
      const about =
        definition.refused === undefined
          ? definition.about
          : `${definition.about} (refused: ${definition.refused})`;
      return `${left.padEnd(46)} ${about}`;
    });
  return `Usage:  minked [OPTIONS]\n\nA container engine that speaks Docker's API.\n\nOptions:\n${rows.join('\n')}\n`;
}
