/** The kinds of value that a daemon setting has: how each is read from a flag and from `daemon.json`. */
import { isIP } from 'node:net';
import * as v from 'valibot';
import { invalid, messageOf } from '../../errors/minke-error.ts';
import { ramInBytes } from '../../kit/size/parse-size.ts';
import { type GcRules, showGcRules } from '../../services/images/gc/rules.ts';
import { DEFAULT_MIN_AGE, type ImageGcText, parseImageGc } from './image-gc.ts';

export interface RuntimeSetting {
  readonly path: string;
  readonly args: readonly string[];
}

export interface AddressPool {
  readonly base: string;
  /** Prefix length of the networks cut out of `base`. */
  readonly size: number;
}

export interface Ulimit {
  readonly soft: number;
  readonly hard: number;
}

export interface Values {
  bool: boolean;
  string: string;
  int: number;
  /** Bytes. */
  bytes: number;
  ip: string;
  list: readonly string[];
  map: ReadonlyMap<string, string>;
  runtimes: ReadonlyMap<string, RuntimeSetting>;
  pools: readonly AddressPool[];
  ulimits: ReadonlyMap<string, Ulimit>;
  networkOpts: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** URLs by registry. */
  mirrors: ReadonlyMap<string, readonly string[]>;
  /** Null: off. */
  imageGc: GcRules | null;
}
export type Kind = keyof Values;

interface Reader<Value> {
  /** `before` is what earlier occurrences of the flag gave. Throws `invalid`. */
  readonly flag: (text: string, before: Value | undefined) => Value;
  readonly file: v.GenericSchema<unknown, Value>;
  readonly show: (value: Value) => string;
}

/** `64m`, `64MiB`, `1.5g`, `1024`; powers of 1024, as Docker reads sizes. */
export function parseBytes(text: string): number {
  try {
    return ramInBytes(text.trim());
  } catch (error) {
    throw invalid(messageOf(error), error);
  }
}

function parseBool(text: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw invalid(`invalid boolean: '${text}'`);
}

function parseInteger(text: string): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) throw invalid(`invalid number: '${text}'`);
  return value;
}

function pair(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw invalid(`invalid argument '${text}': key=value expected`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function parsePool(text: string): AddressPool {
  const fields = new Map(text.split(',').map(pair));
  const base = fields.get('base');
  if (base === undefined) throw invalid(`invalid address pool '${text}': base=CIDR,size=N expected`);
  return { base, size: parseInteger(fields.get('size') ?? '') };
}

function parseUlimit(text: string): [string, Ulimit] {
  const [name, limits] = pair(text);
  const [soft = '', hard = soft] = limits.split(':');
  return [name, { soft: parseInteger(soft), hard: parseInteger(hard) }];
}

const toMap = <T>(object: Record<string, T>): ReadonlyMap<string, T> => new Map(Object.entries(object));
const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const showMap = (map: ReadonlyMap<string, unknown>): string => JSON.stringify(Object.fromEntries(map));
const text = v.string();
const integer = v.pipe(v.number(), v.safeInteger());

const checked = (parse: (input: string) => number) =>
  v.rawTransform<string, number>(({ dataset, addIssue, NEVER }) => {
    try {
      return parse(dataset.value);
    } catch (error) {
      addIssue({ message: error instanceof Error ? error.message : String(error) });
      return NEVER;
    }
  });

const ipText = (input: string): string => {
  if (isIP(input) === 0) throw invalid(`invalid argument "${input}": invalid IP: ${input}`);
  return input;
};

const imageGcSchema = v.pipe(
  v.strictObject({
    high: v.union([text, integer]),
    low: v.union([text, integer]),
    'min-age': v.optional(text, DEFAULT_MIN_AGE),
  }),
  v.rawTransform<ImageGcText, GcRules>(({ dataset, addIssue, NEVER }) => {
    try {
      return parseImageGc(dataset.value);
    } catch (error) {
      addIssue({ message: error instanceof Error ? error.message : String(error) });
      return NEVER;
    }
  }),
);

const runtimeSchema = v.pipe(
  v.object({
    path: v.optional(v.string(), ''),
    runtimeArgs: v.optional(v.array(v.string()), []),
    runtimeType: v.optional(v.string()),
    options: v.optional(v.looseObject({})),
  }),
  v.check(
    (runtime) => runtime.path !== '' && runtime.runtimeType === undefined,
    'runtimes by shim are not supported: give "path"',
  ),
  v.transform((runtime): RuntimeSetting => ({ path: runtime.path, args: runtime.runtimeArgs })),
);

const HUB = 'docker.io';

/** Without credentials, query and the like, as Docker has it. */
function mirrorUrl(input: string): string {
  const wrong = (why: string) => invalid(`invalid mirror: ${JSON.stringify(input)} ${why}`);
  if (!URL.canParse(input)) throw wrong('is not a valid URI');
  const url = new URL(input);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw wrong('has no scheme http or https');
  if (url.search !== '' || url.hash !== '') throw wrong('has a query or fragment');
  if (url.username !== '' || url.password !== '') throw wrong('has credentials');
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

/** `URL` is Docker Hub's mirror, `registry=URL` that of another registry. */
function mirrorPair(input: string): [registry: string, url: string] {
  const named = /^([^=:/]+(?::\d+)?)=(.*)$/.exec(input);
  return [named?.[1] ?? HUB, mirrorUrl(named?.[2] ?? input)];
}

const mirrorMap = v.pipe(
  v.union([v.array(text), v.record(text, v.array(text))]),
  v.rawTransform<string[] | Record<string, string[]>, Values['mirrors']>(({ dataset, addIssue, NEVER }) => {
    const given = Array.isArray(dataset.value) ? { [HUB]: dataset.value } : dataset.value;
    try {
      const lists = Object.entries(given).filter(([, urls]) => urls.length > 0);
      return new Map(lists.map(([registry, urls]) => [registry, urls.map(mirrorUrl)]));
    } catch (error) {
      addIssue({ message: error instanceof Error ? error.message : String(error) });
      return NEVER;
    }
  }),
);

const imageGcKeys = ['high', 'low', 'min-age'];

export const readers: { readonly [K in Kind]: Reader<Values[K]> } = {
  bool: { flag: (input) => parseBool(input), file: v.boolean(), show: String },
  string: { flag: (input) => input, file: text, show: shown },
  int: { flag: (input) => parseInteger(input), file: integer, show: String },
  bytes: {
    flag: (input) => parseBytes(input),
    file: v.union([integer, v.pipe(text, checked(parseBytes))]),
    show: String,
  },
  ip: {
    flag: ipText,
    file: v.pipe(
      text,
      v.check((input) => isIP(input) !== 0, 'invalid IP address'),
    ),
    show: shown,
  },
  list: { flag: (input, before = []) => [...before, ...input.split(',')], file: v.array(text), show: shown },
  map: {
    flag: (input, before = new Map()) => new Map([...before, pair(input)]),
    file: v.pipe(
      v.record(text, v.union([text, v.boolean(), v.number()])),
      v.transform((object) =>
        toMap(Object.fromEntries(Object.entries(object).map(([k, value]) => [k, String(value)]))),
      ),
    ),
    show: showMap,
  },
  runtimes: {
    flag: (input, before = new Map()) => {
      const [name, path] = pair(input);
      return new Map([...before, [name, { path, args: [] }]]);
    },
    file: v.pipe(v.record(text, runtimeSchema), v.transform(toMap)),
    show: showMap,
  },
  pools: {
    flag: (input, before = []) => [...before, parsePool(input)],
    file: v.array(v.object({ base: text, size: integer })),
    show: shown,
  },
  ulimits: {
    flag: (input, before = new Map()) => new Map([...before, parseUlimit(input)]),
    file: v.pipe(
      v.record(text, v.object({ Name: v.optional(text), Hard: integer, Soft: integer })),
      v.transform((object) =>
        toMap(
          Object.fromEntries(
            Object.entries(object).map(([name, limit]) => [
              limit.Name ?? name,
              { soft: limit.Soft, hard: limit.Hard },
            ]),
          ),
        ),
      ),
    ),
    show: showMap,
  },
  mirrors: {
    flag: (input, before = new Map()) => {
      const [registry, url] = mirrorPair(input);
      return new Map([...before, [registry, [...(before.get(registry) ?? []), url]]]);
    },
    file: mirrorMap,
    show: showMap,
  },
  imageGc: {
    flag: (input) => {
      const fields = new Map(input.split(',').map(pair));
      for (const key of fields.keys())
        if (!imageGcKeys.includes(key)) throw invalid(`invalid image-gc: unknown key ${JSON.stringify(key)}`);
      return parseImageGc({
        high: fields.get('high') ?? '',
        low: fields.get('low') ?? '',
        'min-age': fields.get('min-age') ?? DEFAULT_MIN_AGE,
      });
    },
    file: v.nullable(imageGcSchema),
    show: (rules) => (rules === null ? '' : showGcRules(rules)),
  },
  networkOpts: {
    flag: (input, before = new Map()) => {
      const [driver, option] = pair(input);
      return new Map([...before, [driver, new Map([...(before.get(driver) ?? []), pair(option)])]]);
    },
    file: v.pipe(v.record(text, v.pipe(v.record(text, text), v.transform(toMap))), v.transform(toMap)),
    show: (map) =>
      JSON.stringify(
        Object.fromEntries([...map].map(([driver, options]) => [driver, Object.fromEntries(options)])),
      ),
  },
};
