import type { OciRuntime, RuntimeContainer } from '../../../drivers/runtime/contract.ts';
import { Lock } from '../../../kit/lock/lock.ts';
import type { Process } from '../../../wire/oci-runtime.ts';
import type { ContainerRecord } from '../record/record.ts';
import { Waiters } from './waiters.ts';

/** What is there only while the container's processes are. */
export interface Run {
  readonly runtime: OciRuntime;
  readonly container: RuntimeContainer;
  /** Aborts when the run is over and its log is written to the end. */
  readonly ended: AbortController;
  /** Of the spec it was started with; read again after a restart of the daemon. */
  readonly process: Process | null;
  /** `performance.now()`; null where an earlier daemon began it. */
  readonly began: number | null;
}

/** A container in the daemon's memory: its record, and what belongs to this very run of the daemon. */
export class LiveContainer {
  /** Replaced, never changed in place: whoever reads it gets one state. */
  record: ContainerRecord;
  /** Operations that change the container, one after the other. */
  readonly lock = new Lock();
  readonly waiters = new Waiters();
  /** The record could not be written, and will be tried again. */
  unsaved = false;
  /** The record is written in a moment. */
  saving: NodeJS.Timeout | undefined;
  run: Run | null = null;
  /** How many this daemon began. */
  runs = 0;
  /** Stops the monitor of its health. */
  health: AbortController | null = null;
  /** A restart by policy that is waited for. */
  restart: { readonly timer: NodeJS.Timeout; readonly wait: number } | null = null;
  /** What was waited before this run, for the next restart. */
  lastWait = 0;
  /** `restart` of a client is at work: the policy stays out, and so does `--rm`. */
  restarting = false;
  /** Aborts when the container is removed. */
  readonly gone = new AbortController();
  /** Resolves when what an ended run left has been given back. */
  teardown: Promise<void> = Promise.resolve();

  constructor(record: ContainerRecord) {
    this.record = record;
  }

  /** Resolves when what was asked before is done: who asks in the middle of a start means what it starts. */
  settled(): Promise<void> {
    return this.lock.run(async () => {});
  }

  cancelSave(): void {
    clearTimeout(this.saving);
    this.saving = undefined;
  }

  cancelRestart(): void {
    if (this.restart !== null) clearTimeout(this.restart.timer);
    this.restart = null;
  }

  get id(): string {
    return this.record.id;
  }

  get name(): string {
    return this.record.name;
  }
}
