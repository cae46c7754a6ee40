import type { SystemInfo, SystemVersion } from '../../wire/generated/engine-api.ts';

export interface System {
  info(): Promise<SystemInfo>;
  version(): Promise<SystemVersion>;
  /** Body of GET /system/df for the object types asked for; all where empty. */
  diskUsage(types: readonly string[], verbose: boolean): Promise<Record<string, unknown>>;
}
