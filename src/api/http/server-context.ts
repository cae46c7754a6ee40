import type { Logger } from '../../kit/log/logger.ts';
import type { ApiServices } from '../services.ts';
import type { HangUpWatch } from '../stream/hang-up.ts';
import type { Policy } from './policy.ts';
import type { Router } from './router.ts';
import type { Running } from './running.ts';

/** What every request of a server is answered with. */
export interface ServerContext {
  readonly services: ApiServices;
  readonly router: Router;
  policy: Policy;
  /** Null where nothing can tell; such clients are noticed when something is written to them. */
  readonly hangUps: HangUpWatch | null;
  readonly log: Logger;
  readonly running: Running;
}
