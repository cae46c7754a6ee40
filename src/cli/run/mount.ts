import { resolve } from 'node:path';
import { ramInBytes } from '../../kit/size/parse-size.ts';
import type { Kind } from '../flags/kind.ts';
import { splitCsv } from '../flags/list-kinds.ts';

interface MountDraft {
  Type: string;
  Source?: string;
  Target?: string;
  ReadOnly?: boolean | undefined;
  Consistency?: string;
  BindOptions?: {
    Propagation?: string;
    NonRecursive?: boolean | undefined;
    CreateMountpoint?: boolean | undefined;
    ReadOnlyNonRecursive?: boolean;
    ReadOnlyForceRecursive?: boolean;
  };
  VolumeOptions?: {
    NoCopy?: boolean | undefined;
    Labels?: Record<string, string>;
    Subpath?: string;
    DriverConfig?: { Name?: string; Options?: Record<string, string> };
  };
  ImageOptions?: { Subpath?: string };
  TmpfsOptions?: { SizeBytes?: number; Mode?: number };
}

/** As the API takes it in `HostConfig.Mounts`. */
export type Mount = Readonly<MountDraft>;

const bare = ['readonly', 'ro', 'volume-nocopy', 'bind-nonrecursive', 'bind-create-src'];

/** A flag that is off is left out, as Docker's client does it. */
function truth(key: string, value: string | undefined): true | undefined {
  if (value === undefined || value === '1' || value === 'true') return true;
  if (value === '0' || value === 'false') return undefined;
  throw new Error(
    `invalid value for '${key}': invalid boolean value (${JSON.stringify(value)}): must be one of "true", "1", "false", or "0" (default "true")`,
  );
}

function addPair(
  pairs: Record<string, string> | undefined,
  pair: string,
): Record<string, string> | undefined {
  const equals = pair.indexOf('=');
  const key = equals < 0 ? pair : pair.slice(0, equals);
  if (key === '') return pairs;
  return { ...pairs, [key]: equals < 0 ? '' : pair.slice(equals + 1) };
}

/** Bind, volume, image and tmpfs options are made on first use, so that a mix of them shows. */
const bind = (mount: MountDraft): NonNullable<MountDraft['BindOptions']> => (mount.BindOptions ??= {});
const volume = (mount: MountDraft): NonNullable<MountDraft['VolumeOptions']> => (mount.VolumeOptions ??= {});
const driver = (mount: MountDraft): NonNullable<NonNullable<MountDraft['VolumeOptions']>['DriverConfig']> =>
  (volume(mount).DriverConfig ??= {});
const tmpfs = (mount: MountDraft): NonNullable<MountDraft['TmpfsOptions']> => (mount.TmpfsOptions ??= {});

type Setter = (mount: MountDraft, value: string, raw: string | undefined, key: string) => void;

const setSource: Setter = (mount, value) => {
  mount.Source = value.startsWith('.') ? resolve(value) : value;
};
const setTarget: Setter = (mount, value) => {
  mount.Target = value;
};
const setReadOnly: Setter = (mount, _value, raw, key) => {
  mount.ReadOnly = truth(key, raw);
};

const setters: Readonly<Record<string, Setter>> = {
  type: (mount, value) => {
    mount.Type = value.toLowerCase();
  },
  source: setSource,
  src: setSource,
  target: setTarget,
  dst: setTarget,
  destination: setTarget,
  readonly: setReadOnly,
  ro: setReadOnly,
  consistency: (mount, value) => {
    mount.Consistency = value.toLowerCase();
  },
  'bind-propagation': (mount, value) => {
    bind(mount).Propagation = value.toLowerCase();
  },
  'bind-nonrecursive': (mount, _value, raw, key) => {
    bind(mount).NonRecursive = truth(key, raw);
  },
  'bind-recursive': (mount, value, _raw, key) => {
    if (value === 'disabled') bind(mount).NonRecursive = true;
    else if (value === 'writable') bind(mount).ReadOnlyNonRecursive = true;
    else if (value === 'readonly') bind(mount).ReadOnlyForceRecursive = true;
    else if (value !== 'enabled')
      throw new Error(
        `invalid value for ${key}: ${value} (must be "enabled", "disabled", "writable", or "readonly")`,
      );
  },
  'bind-create-src': (mount, _value, raw, key) => {
    bind(mount).CreateMountpoint = truth(key, raw);
  },
  'volume-subpath': (mount, value) => {
    volume(mount).Subpath = value;
  },
  'volume-nocopy': (mount, _value, raw, key) => {
    volume(mount).NoCopy = truth(key, raw);
  },
  'volume-label': (mount, value) => {
    const labels = addPair(volume(mount).Labels, value);
    if (labels !== undefined) volume(mount).Labels = labels;
  },
  'volume-driver': (mount, value) => {
    driver(mount).Name = value;
  },
  'volume-opt': (mount, value) => {
    const options = addPair(driver(mount).Options, value);
    if (options !== undefined) driver(mount).Options = options;
  },
  'image-subpath': (mount, value) => {
    mount.ImageOptions = { Subpath: value };
  },
  'tmpfs-size': (mount, value, _raw, key) => {
    try {
      tmpfs(mount).SizeBytes = ramInBytes(value);
    } catch {
      throw new Error(`invalid value for ${key}: ${value}`);
    }
  },
  'tmpfs-mode': (mount, value, _raw, key) => {
    if (!/^[0-7]+$/.test(value) || Number.parseInt(value, 8) > 0xffffffff)
      throw new Error(`invalid value for ${key}: ${value}`);
    tmpfs(mount).Mode = Number.parseInt(value, 8);
  },
};

/** `type=bind,source=/a,target=/b,readonly`. Throws with Docker's words. */
export function parseMount(spec: string): Mount {
  const mount: MountDraft = { Type: 'volume' };
  for (const field of splitCsv(spec)) {
    const equals = field.indexOf('=');
    const rawKey = equals < 0 ? field : field.slice(0, equals);
    const value = equals < 0 ? undefined : field.slice(equals + 1);
    if (rawKey.trim() !== rawKey)
      throw new Error(`invalid option '${rawKey.trim()}' in '${field}': option should not have whitespace`);
    if (value !== undefined && value.trim() === '')
      throw new Error(`invalid value for '${rawKey}': value is empty`);
    if (value !== undefined && value.trim() !== value)
      throw new Error(`invalid value for '${rawKey}' in '${field}': value should not have whitespace`);
    const key = rawKey.toLowerCase();
    if (value === undefined && !bare.includes(key))
      throw new Error(`invalid field '${field}' must be a key=value pair`);
    const set = Object.hasOwn(setters, key) ? setters[key] : undefined;
    if (set === undefined) throw new Error(`unknown option '${key}' in '${field}'`);
    set(mount, value ?? '', value, key);
  }
  check(mount);
  return mount;
}

function check(mount: MountDraft): void {
  if (mount.Type === '') throw new Error('type is required');
  const families = [
    ['bind', mount.BindOptions],
    ['volume', mount.VolumeOptions],
    ['image', mount.ImageOptions],
    ['tmpfs', mount.TmpfsOptions],
  ] as const;
  for (const [family, options] of families)
    if (options !== undefined && mount.Type !== family)
      throw new Error(`cannot mix '${family}-*' options with mount type '${mount.Type}'`);
  const options = mount.BindOptions;
  if (options?.ReadOnlyNonRecursive && !mount.ReadOnly)
    throw new Error("option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction");
  if (!options?.ReadOnlyForceRecursive) return;
  if (!mount.ReadOnly)
    throw new Error("option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction");
  if (options.Propagation !== 'rprivate')
    throw new Error(
      "option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction",
    );
}

export const mountKind: Kind<readonly Mount[]> = {
  typeName: 'mount',
  zero: [],
  parse: (raw, before) => [...before, parseMount(raw)],
};
