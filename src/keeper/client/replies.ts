/** What the keeper says, parsed. */
import * as v from 'valibot';
import { type ErrorKind, MinkeError } from '../../errors/minke-error.ts';
import type { KeeperFault, TaskStatus } from '../../wire/keeper.ts';
import { RuntimeFailure } from '../contract.ts';

const kinds = [
  'invalid',
  'unauthorized',
  'forbidden',
  'not-found',
  'conflict',
  'not-modified',
  'unavailable',
  'not-implemented',
  'cancelled',
  'deadline',
  'internal',
] as const satisfies readonly ErrorKind[];

const FaultSchema = v.object({
  kind: v.picklist(kinds),
  message: v.string(),
  runtimeOutput: v.exactOptional(v.string()),
}) satisfies v.GenericSchema<unknown, KeeperFault>;

const exit = v.object({ code: v.number(), at: v.string() });
const status = {
  id: v.string(),
  kind: v.picklist(['container', 'exec']),
  container: v.string(),
  pid: v.number(),
  startedAt: v.string(),
};
export const StatusSchema = v.object({ ...status, exit: v.exactOptional(exit) }) satisfies v.GenericSchema<
  unknown,
  TaskStatus
>;
export const StatusesSchema = v.array(StatusSchema);
export const HelloReplySchema = v.object({ version: v.string(), pid: v.number() });
export const RetireReplySchema = v.object({ stopped: v.boolean() });

/** A line on a control connection. */
export const MessageSchema = v.union([
  v.object({ notice: v.literal('exit'), task: v.object({ ...status, exit }) }),
  v.object({ id: v.number(), error: FaultSchema }),
  v.object({ id: v.number(), result: v.unknown() }),
]);

/** The first line of an attach connection. */
export const AttachReplySchema = v.union([
  v.object({ ok: v.literal(true), pid: v.number(), started: v.boolean() }),
  v.object({ error: FaultSchema }),
]);

export function errorOf({ kind, message, runtimeOutput }: KeeperFault): MinkeError {
  const cause = runtimeOutput === undefined ? undefined : new RuntimeFailure(runtimeOutput);
  return new MinkeError(kind, message, cause === undefined ? undefined : { cause });
}
