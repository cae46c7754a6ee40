/** `--log-driver`, `--log-opt`: what a container's output is written to. */
import { invalid } from '../../../errors/minke-error.ts';
import { compilePattern } from '../../../kit/filters/pattern.ts';
import type { Log } from '../record/record.ts';

export interface LogConfig {
  readonly Type: string;
  readonly Config: Readonly<Record<string, string>>;
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};

/** `10m`, `1.5g`, `500`. @throws invalid "invalid size: …" */
export function parseSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([bkmgt]?)i?b?$/i.exec(text.trim()) ?? [];
  if (number === '') throw invalid(`invalid size: '${text}'`);
  return Math.floor(Number(number) * (units[unit.toLowerCase()] ?? 1));
}

const common = [
  'max-size',
  'max-file',
  'compress',
  'labels',
  'labels-regex',
  'env',
  'env-regex',
  'tag',
  'mode',
  'max-buffer-size',
];

/** Docker ships these; here they are not made yet. */
const others = new Set([
  ...['syslog', 'journald', 'gelf', 'fluentd', 'awslogs', 'splunk', 'etwlogs', 'gcplogs', 'logentries'],
]);

/** The container's own, completed by the daemon's where that is for the same driver. */
export function mergeLogConfig(
  own: { Type: string; Config: Readonly<Record<string, string>> | null },
  defaults: LogConfig,
): LogConfig {
  const Type = own.Type === '' ? defaults.Type : own.Type;
  return { Type, Config: Type === defaults.Type ? { ...defaults.Config, ...own.Config } : { ...own.Config } };
}

/** @throws invalid */
export function checkLogConfig({ Type, Config }: LogConfig): void {
  if (others.has(Type)) {
    throw invalid(
      `logger: log driver '${Type}' is not available in this engine: use json-file, local or none`,
    );
  }
  if (!['json-file', 'local', 'none'].includes(Type)) {
    throw invalid(`error looking up logging plugin ${Type}: plugin ${JSON.stringify(Type)} not found`);
  }
  for (const key of Object.keys(Config)) {
    if (!common.includes(key)) throw invalid(`unknown log opt '${key}' for ${Type} log driver`);
  }
  const mode = Config.mode ?? 'blocking';
  if (mode !== 'blocking' && mode !== 'non-blocking')
    throw invalid(`logger: logging mode not supported: ${mode}`);
  if (Config['max-buffer-size'] !== undefined) {
    if (mode !== 'non-blocking')
      throw invalid("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
    parseSize(Config['max-buffer-size']);
  }
  if (Type !== 'none') limitsOf({ Type, Config });
}

/** Docker's own word for it is -1. */
const sizeOrUnlimited = (size: string): number =>
  size === 'unlimited' || size === '-1' ? 0 : parseSize(size);

function limitsOf({ Type, Config }: LogConfig): { maxSize: number; maxFiles: number; compress: boolean } {
  const local = Type === 'local';
  const size = Config['max-size'];
  const maxSize = size === undefined ? (local ? 20 * 2 ** 20 : 100 * 2 ** 20) : sizeOrUnlimited(size);
  if (local && maxSize <= 0) throw invalid('max-size must be a positive number');
  const files = Config['max-file'];
  // Rotated also where nobody asks for it: a log that fills the disk takes the host down (moby#27957).
  const maxFiles = files === undefined ? (local || size === undefined ? 5 : 1) : Number(files);
  if (!Number.isInteger(maxFiles) || maxFiles < 1) throw invalid('max-file cannot be less than 1');
  const compress = Config.compress;
  if (compress !== undefined && !['true', 'false', '1', '0'].includes(compress)) {
    throw invalid(`invalid value for compress: ${compress}`);
  }
  const compressed = compress === undefined ? local : compress === 'true' || compress === '1';
  if (!local && maxSize === 0 && maxFiles > 1 && files !== undefined) {
    throw invalid('max-file can only be used together with max-size');
  }
  if (!local && compressed && (maxSize === 0 || maxFiles < 2)) {
    throw invalid('compress cannot be true when max-file is less than 2 or max-size is not set');
  }
  return { maxSize, maxFiles, compress: compressed };
}

const matching = (
  entries: readonly (readonly [string, string])[],
  list: string | undefined,
  pattern: string | undefined,
): (readonly [string, string])[] => {
  const names = new Set((list ?? '').split(',').filter((name) => name !== ''));
  const wanted = pattern === undefined || pattern === '' ? undefined : compilePattern(pattern);
  return entries.filter(([name]) => names.has(name) || wanted?.(name) === true);
};

export interface LogSubject {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageName: string;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly env: readonly string[] | null;
  /** `<data-root>/containers/<id>` */
  readonly folder: string;
}

/** Go templates of `--log-opt tag=`, as far as they are names of fields. */
function tagOf(template: string, subject: LogSubject): string {
  const fields: Readonly<Record<string, string>> = {
    '.ID': subject.id.slice(0, 12),
    '.FullID': subject.id,
    '.Name': subject.name,
    '.ImageID': subject.image.replace(/^sha256:/, '').slice(0, 12),
    '.ImageFullID': subject.image,
    '.ImageName': subject.imageName,
    '.DaemonName': 'docker',
  };
  return template.replaceAll(/\{\{\s*(\.\w+)\s*\}\}/g, (whole, name: string) => fields[name] ?? whole);
}

/** What the keeper is told to write. */
export function logSpec(config: LogConfig, subject: LogSubject): Log {
  const { Type, Config } = config;
  if (Type !== 'json-file' && Type !== 'local') return { driver: 'none' };
  const env = (subject.env ?? []).map((entry): readonly [string, string] => {
    const at = entry.indexOf('=');
    return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
  });
  const attrs: Record<string, string> = Object.create(null);
  const chosen = [
    ...matching(Object.entries(subject.labels ?? {}), Config.labels, Config['labels-regex']),
    ...matching(env, Config.env, Config['env-regex']),
  ];
  for (const [name, value] of chosen) attrs[name] = value;
  if (Config.tag) attrs.tag = tagOf(Config.tag, subject);
  const file = Type === 'json-file' ? `${subject.id}-json.log` : 'local-logs/container.log';
  return { driver: Type, path: `${subject.folder}/${file}`, ...limitsOf(config), attrs };
}
