/** `sh scripts/with-node.sh scripts/api-coverage.ts`: operations of the API description that have a route, and which are built. */
import { routes } from '../src/api/routes/table.ts';
import { unbuiltRoutes } from '../src/api/routes/unbuilt.ts';
import { description } from '../test/harness/engine-api/description.ts';

export interface Coverage {
  readonly operations: number;
  readonly routed: number;
  readonly built: number;
  /** Names of operations that answer "not yet". */
  readonly waiting: readonly string[];
  /** Names of operations without a route. */
  readonly missing: readonly string[];
}

export function coverage(): Coverage {
  const unbuilt = new Set(unbuiltRoutes.map(({ operation }) => operation));
  const routed = new Set(routes.map(({ operation }) => operation));
  const ids = description().operations.map(({ id }) => id);
  const missing = ids.filter((id) => !routed.has(id));
  const waiting = ids.filter((id) => unbuilt.has(id));
  const built = ids.length - missing.length - waiting.length;
  return { operations: ids.length, routed: ids.length - missing.length, built, waiting, missing };
}

if (import.meta.main) {
  const { operations, routed, built, waiting, missing } = coverage();
  console.log(`${operations} operations, ${routed} routed, ${built} built`);
  console.log(`not yet: ${waiting.join(' ')}`);
  console.log(`no route: ${missing.join(' ')}`);
}
