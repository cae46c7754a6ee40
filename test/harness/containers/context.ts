/** What the verbs of the container service are given, as far as a test needs it. */
import * as v from 'valibot';
import type { Context } from '../../../src/services/containers/context.ts';
import { blankPoint } from '../../../src/services/containers/create/mount-points.ts';
import { LiveContainer } from '../../../src/services/containers/live/container.ts';
import {
  type ContainerRecord,
  ContainerRecordSchema,
  type MountPoint,
} from '../../../src/services/containers/record/record.ts';
import { freshState } from '../../../src/services/containers/record/state.ts';
import { type ConfigBody, ConfigSchema } from '../../../src/wire/containers/config.ts';
import { type HostConfigBody, HostConfigSchema } from '../../../src/wire/containers/host-config.ts';

/** A context of these parts; asking for another one fails. */
export const contextOf = (parts: Partial<Context>): Context =>
  new Proxy(parts, {
    get(target, name) {
      if (!(name in target)) throw new Error(`this test has no ${String(name)}`);
      return Reflect.get(target, name);
    },
  }) as Context;

export const configOf = (parts: Partial<ConfigBody> = {}): ConfigBody => ({
  ...v.parse(ConfigSchema, {}),
  ...parts,
});

export const hostConfigOf = (parts: Partial<HostConfigBody> = {}): HostConfigBody => ({
  ...v.parse(HostConfigSchema, {}),
  ...parts,
});

export const pointOf = (parts: Partial<MountPoint>): MountPoint => ({ ...blankPoint, ...parts });

export const containerOf = (parts: Partial<ContainerRecord> = {}): LiveContainer =>
  new LiveContainer(
    v.parse(ContainerRecordSchema, {
      version: 1,
      id: 'c'.repeat(64),
      name: 'box',
      created: '2026-01-02T03:04:05Z',
      image: `sha256:${'1'.repeat(64)}`,
      os: 'linux',
      driver: 'overlay2',
      argv: ['sh'],
      config: configOf({ Image: 'busybox' }),
      hostConfig: hostConfigOf(),
      mountPoints: [],
      endpoints: {},
      log: { driver: 'none' },
      state: freshState(),
      restartCount: 0,
      manuallyStopped: false,
      started: false,
      ...parts,
    }),
  );

export interface HeardEvent {
  readonly type: string;
  readonly action: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Events as they are published. */
export function hearing(): { heard: HeardEvent[]; events: Context['events'] } {
  const heard: HeardEvent[] = [];
  return {
    heard,
    events: {
      publish: ({ type, action, attributes }) => void heard.push({ type, action, attributes }),
      stream: () => {
        throw new Error('no listeners here');
      },
      listeners: 0,
      close: async () => {},
    },
  };
}
