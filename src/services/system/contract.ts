import type { SystemInfo, SystemVersion } from '../../wire/generated/engine-api.ts';
import type { ProgressMessage } from '../images/contract.ts';

export interface System {
  info(): Promise<SystemInfo>;
  version(): Promise<SystemVersion>;
  /** Reads all that is stored and tells what is wrong (`Images.check`). */
  check(options: { readonly repair: boolean }, signal?: AbortSignal): AsyncIterable<ProgressMessage>;
  /** Body of GET /system/df for the object types asked for; all where empty. */
  diskUsage(types: readonly string[], verbose: boolean): Promise<Record<string, unknown>>;
}
