import { messageOf } from '../../errors/minke-error.ts';
import { timeOf } from '../../kit/time/rfc3339.ts';
import type { ExecTable } from './exec/table.ts';
import type { LiveContainer } from './live/container.ts';
import type { Registry } from './live/registry.ts';
import { Undo } from './live/undo.ts';
import type { ContainersOptions } from './options.ts';
import type { ContainerRecord } from './record/record.ts';

/** What the verbs share. */
export interface Context extends ContainersOptions {
  readonly registry: Registry;
  readonly execs: ExecTable;
  /** The daemon ends: nothing is restarted, nothing counts as stopped by hand. */
  shuttingDown: boolean;
  /** Restarts by policy wait for the end of `restore`. */
  readonly restored: Promise<void>;
}

/** The time now as Docker writes it. */
export const timestamp = ({ now }: Pick<Context, 'now'>): string => timeOf(now());

/** Milliseconds until a record that could not be written is tried again: the disk may have room by then. */
const RETRY = 10_000;

/** Milliseconds until what `saveSoon` was given is written down. */
const SOON = 1_000;

function write(context: Context, container: LiveContainer): Promise<void> {
  container.cancelSave();
  return context.records.put(container.id, container.record).catch((error: unknown) => {
    if (container.unsaved) return;
    container.unsaved = true;
    context.logger.error('a container’s record can’t be written; it is tried again', {
      container: container.id,
      error: messageOf(error),
    });
    const again = (): void => {
      container.unsaved = false;
      if (!container.gone.signal.aborted) write(context, container);
    };
    setTimeout(again, RETRY).unref();
  });
}

/**
 * Changes the record and writes it down. Where the keeper or the kernel would tell of the change after a crash, the
 * answer need not wait for the disk; else the caller waits. Never rejects.
 */
export function save(
  context: Context,
  container: LiveContainer,
  change: Partial<ContainerRecord> = {},
): Promise<void> {
  container.record = { ...container.record, ...change };
  return write(context, container);
}

/** As `save`, in a moment: for what keeper or kernel tell of after a crash, and what may be over by then. */
export function saveSoon(context: Context, container: LiveContainer, change: Partial<ContainerRecord>): void {
  container.record = { ...container.record, ...change };
  container.saving ??= setTimeout(() => void write(context, container), SOON).unref();
}

/** Writes down now what waits for its moment. */
export function saveWaiting(context: Context): void {
  for (const container of context.registry.all())
    if (container.saving !== undefined) void write(context, container);
}

/** As `save`, for a change that is nothing but the record's: where it can't be written it is not made. */
export async function saveNow(
  context: Context,
  container: LiveContainer,
  change: Pick<ContainerRecord, 'name'>,
): Promise<void> {
  const { name } = container.record;
  container.record = { ...container.record, ...change };
  try {
    await context.records.put(container.id, container.record);
  } catch (error) {
    // Others may have changed the rest of it meanwhile.
    container.record = { ...container.record, name };
    throw error;
  }
}

/** An event of a container: its labels, image and name go along. */
export function announce(
  context: Context,
  container: LiveContainer,
  action: string,
  more: Readonly<Record<string, string>> = {},
): void {
  const { config, name } = container.record;
  context.events.publish({
    type: 'container',
    action,
    id: container.id,
    attributes: { ...config.Labels, ...more, image: config.Image, name },
  });
}

export const warner =
  (context: Context, container: string, what: string) =>
  (error: unknown): void => {
    context.logger.warn(what, { container, error: messageOf(error) });
  };

export const undoFor = (context: Context, container: string): Undo =>
  new Undo(warner(context, container, 'something could not be taken back after a failure'));
