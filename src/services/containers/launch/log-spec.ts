/** What the keeper is told to write of a container's output; pure. */
import { messageOf } from '../../../errors/minke-error.ts';
import { compilePattern } from '../../../kit/filters/pattern.ts';
import { atoi, parseBool } from '../../../kit/go/parse.ts';
import { fromHumanSize } from '../../../kit/size/parse-size.ts';
import type { LogConfig } from '../create/log-config.ts';
import type { ContainerRecord, Log } from '../record/record.ts';

export interface LogLimits {
  /** Bytes; 0 never rotates. */
  readonly maxSize: number;
  readonly maxFiles: number;
  readonly compress: boolean;
}

/** Rotated also where nobody asks for it: a log that fills the disk takes the host down (moby#27957). */
export const defaultLimits = (type: string): LogLimits =>
  type === 'local'
    ? { maxSize: 20 * 2 ** 20, maxFiles: 5, compress: true }
    : { maxSize: 100_000_000, maxFiles: 5, compress: false };

/** -1 is Docker's own word for it, which its documentation names as the default. */
const optOut = new Set(['unlimited', '-1']);

/** Puts words before those of what fails in `read`. */
function said<T>(words: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(words + messageOf(error), { cause: error });
  }
}

function localLimits(Config: LogConfig['Config']): LogLimits {
  const { maxSize, maxFiles, compress } = defaultLimits('local');
  const { 'max-size': size, 'max-file': files, compress: packed } = Config;
  const never = size !== undefined && optOut.has(size);
  const limits = {
    maxSize:
      size === undefined
        ? maxSize
        : said(`invalid value for max-size: ${size}: `, () => (never ? 0 : fromHumanSize(size))),
    maxFiles:
      files === undefined ? maxFiles : said(`invalid value for max-file: ${files}: `, () => atoi(files)),
    compress:
      packed === undefined ? compress : said('error reading compress log option: ', () => parseBool(packed)),
  };
  if (!never && limits.maxSize <= 0) throw new Error('max size should be a positive number');
  if (limits.maxFiles < 0) throw new Error('max file count cannot be less than 0');
  if (limits.compress && limits.maxFiles <= 1)
    throw new Error('compression cannot be enabled when max file count is 1');
  return { ...limits, maxFiles: Math.max(1, limits.maxFiles) };
}

function jsonFileLimits(Config: LogConfig['Config']): LogLimits {
  const defaults = defaultLimits('json-file');
  const { 'max-size': size, 'max-file': files, compress: packed } = Config;
  const never = size !== undefined && optOut.has(size);
  const maxSize = size === undefined ? defaults.maxSize : never ? 0 : fromHumanSize(size);
  if (!never && maxSize <= 0) throw new Error('max-size must be a positive number');
  const maxFiles = files === undefined ? (size === undefined ? defaults.maxFiles : 1) : atoi(files);
  if (maxFiles < 1) throw new Error('max-file cannot be less than 1');
  if (never && maxFiles > 1) throw new Error('max-file can only be used together with max-size');
  const compress = packed === undefined ? false : parseBool(packed);
  if (compress && (never || maxFiles < 2))
    throw new Error('compress cannot be true when max-file is less than 2 or max-size is not set');
  return { maxSize, maxFiles, compress };
}

/** @throws Error in Docker's words */
export function logLimits({ Type, Config }: LogConfig): LogLimits {
  if (Type === 'local') return localLimits(Config);
  return Type === 'json-file' ? jsonFileLimits(Config) : defaultLimits(Type);
}

function wantedBy(list: string | undefined, pattern: string | undefined): (name: string) => boolean {
  const names = new Set((list ?? '').split(',').filter((name) => name !== ''));
  if (pattern === undefined || pattern === '') return (name) => names.has(name);
  const matches = compilePattern(pattern);
  if (matches === undefined) throw new Error(`error parsing regexp: \`${pattern}\``);
  return (name) => names.has(name) || matches(name);
}

/** What a log is written about. */
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

export const logSubject = (
  { id, name, image, config }: Pick<ContainerRecord, 'id' | 'name' | 'image' | 'config'>,
  folder: string,
): LogSubject => ({
  id,
  name,
  image,
  imageName: config.Image,
  labels: config.Labels,
  env: config.Env,
  folder,
});

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

/** Labels, environment and tag that go along with each line. @throws Error in Docker's words */
function attributes(Config: LogConfig['Config'], subject: LogSubject): Record<string, string> {
  const env = (subject.env ?? []).flatMap((entry): [string, string][] => {
    const at = entry.indexOf('=');
    return at < 0 ? [] : [[entry.slice(0, at), entry.slice(at + 1)]];
  });
  const wantedLabel = wantedBy(Config.labels, Config['labels-regex']);
  const wantedVariable = wantedBy(Config.env, Config['env-regex']);
  const found: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(subject.labels ?? {}))
    if (wantedLabel(name)) found[name] = value;
  for (const [name, value] of env) if (wantedVariable(name)) found[name] = value;
  if (Config.tag) found.tag = tagOf(Config.tag, subject);
  return found;
}

/** Where a log is, before anything was written: of a container that was never started. */
export function emptyLog({ Type }: LogConfig, { id, folder }: Pick<LogSubject, 'id' | 'folder'>): Log {
  if (Type !== 'json-file' && Type !== 'local') return { driver: 'none' };
  const file = Type === 'json-file' ? `${id}-json.log` : 'local-logs/container.log';
  return { driver: Type, path: `${folder}/${file}`, ...defaultLimits(Type), attrs: {} };
}

/** @throws Error in Docker's words where an option's value is no good */
export function logSpec(config: LogConfig, subject: LogSubject): Log {
  const log = emptyLog(config, subject);
  if (log.driver === 'none') return log;
  return {
    ...log,
    ...logLimits(config),
    attrs: config.Type === 'json-file' ? attributes(config.Config, subject) : {},
  };
}
