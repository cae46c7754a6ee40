import { DirectRuntime, type DirectRuntimeOptions } from '../command-line/direct-runtime.ts';
import { lastError } from '../command-line/log.ts';
import type { OciRuntime } from '../contract.ts';
import { runcComplaint } from './complaints.ts';

class Runc extends DirectRuntime {
  override complaint(text: string, kind: 'container' | 'exec'): string {
    return runcComplaint(lastError(text), kind);
  }
}

/** runc(8). Its default is the cgroupfs driver. */
export const runcRuntime = (options: DirectRuntimeOptions): OciRuntime => new Runc(options);
