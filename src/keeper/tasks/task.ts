import { internal, type MinkeError } from '../../errors/minke-error.ts';
import { realtime } from '../../host/clock/realtime.ts';
import { closeAll, openFifo } from '../../host/pipe/fifo.ts';
import { readNow } from '../../host/pipe/pipe.ts';
import { type Readiness, whenReadable } from '../../host/pipe/readiness.ts';
import { timeOf } from '../../kit/time/rfc3339.ts';
import type { TaskSpec, TaskStatus } from '../../wire/keeper.ts';
import type { AttachClient, AttachedTo } from '../attach/client.ts';
import { RuntimeFailure } from '../contract.ts';
import type { TaskLayout } from '../layout.ts';
import type { Intake } from '../output/contract.ts';
import { intakeFor } from '../output/intake-for.ts';
import type { Launched } from '../schema.ts';
import { sendControl } from './control.ts';
import { readShimRecord, removeTaskFolder } from './folder.ts';
import { OutputPump } from './output-pump.ts';
import { runtimeWords } from './runtime-words.ts';
import { removableWithoutShim, shimHolds } from './shim-alive.ts';
import type { ShimRecord } from './shim-record.ts';
import { readStatus } from './status-line.ts';
import { TaskInput } from './stdin.ts';
import { TaskClients } from './task-clients.ts';

/** Docker's code for a process that was killed; for one whose end nobody saw. */
const lostCode = 137;

type EndedStatus = TaskStatus & Required<Pick<TaskStatus, 'exit'>>;

/**
 * A task in the keeper. `launching` until the shim says `started` or `failed`; then `running`; `draining` from the
 * process's end until its output is written down; `ended` until it is forgotten.
 */
export class Task implements AttachedTo {
  readonly spec: TaskSpec;
  readonly attempt: string;
  readonly paths: TaskLayout;
  /** Settles when it is known whether the task was started. */
  readonly started: Promise<TaskStatus>;
  readonly #settle: { resolve(status: TaskStatus): void; reject(error: MinkeError): void };
  readonly #onEnded: (status: EndedStatus) => void;
  readonly #clients: TaskClients;
  readonly #input: TaskInput | null;
  #phase: 'launching' | 'running' | 'draining' | 'ended' | 'failed' = 'launching';
  #status: TaskStatus;
  /** Attached before the process ran. */
  #waiting: AttachClient[] = [];
  #fifos: { readonly status: number; readonly stdout: number; readonly stderr: number } | null = null;
  #watch: Readiness | null = null;
  #intake: Intake | null = null;
  #pump: OutputPump | null = null;

  constructor(launched: Launched, paths: TaskLayout, onEnded: (status: EndedStatus) => void) {
    this.spec = launched.task;
    this.attempt = launched.attempt;
    this.paths = paths;
    this.#onEnded = onEnded;
    const { id, kind, container, log, openStdin } = this.spec;
    this.#status = { id, kind, container, pid: 0, startedAt: '' };
    this.#clients = new TaskClients(kind === 'exec' && log.driver === 'none');
    this.#input = openStdin
      ? new TaskInput(paths.stdin, () => sendControl(paths.control, { verb: 'close-stdin' }))
      : null;
    const { promise, resolve, reject } = Promise.withResolvers<TaskStatus>();
    // Nobody may be waiting, as after adoption.
    promise.catch(() => {});
    this.started = promise;
    this.#settle = { resolve, reject };
  }

  get status(): TaskStatus {
    return this.#status;
  }

  get phase(): 'launching' | 'running' | 'draining' | 'ended' | 'failed' {
    return this.#phase;
  }

  get tty(): boolean {
    return this.spec.tty;
  }

  /** Opens our side; before the shim is started. Throws where the log can't be opened. */
  open(): void {
    this.#intake = intakeFor(this.spec.log, this.paths);
    const { status, stdout, stderr } = this.paths;
    this.#fifos = {
      status: openFifo(status, 'read'),
      stdout: openFifo(stdout, 'read'),
      stderr: openFifo(stderr, 'read'),
    };
    const clients = this.#clients;
    this.#pump = new OutputPump(this.#fifos, this.#intake, clients, this.tty);
    this.#watch = whenReadable(this.#fifos.status, () => this.#readStatus());
  }

  /** Takes over what an earlier keeper left. False: it was never started, or its failure was told; nothing is left. */
  adopt(): boolean {
    const { started, failed, exit } = this.paths;
    const alive = shimHolds(this.paths.status);
    const records = [readShimRecord(started), readShimRecord(exit)].filter((record) => record !== undefined);
    if (!alive && records.length > 0) {
      // With its record written the shim stays until all output is written down, so it is; else the shim was killed.
      this.#fold(records);
      this.#status = {
        ...this.#status,
        exit: this.#status.exit ?? { code: lostCode, at: timeOf(realtime()) },
      };
      this.#phase = 'ended';
      // Whoever launched it may not have had an answer, and asks again.
      this.#settle.resolve(this.#status);
      return true;
    }
    if (readShimRecord(failed) !== undefined || (!alive && removableWithoutShim(this.paths.status))) {
      sendControl(this.paths.control, { verb: 'acknowledge' });
      removeTaskFolder(this.paths.folder);
      return false;
    }
    this.open();
    for (const record of records) this.#hear(record);
    return true;
  }

  attach(client: AttachClient): void {
    if (this.#phase === 'launching') {
      this.#waiting.push(client);
      return;
    }
    this.#clients.add(client, this);
    if (this.#phase === 'ended' || this.#phase === 'failed') this.#clients.end();
  }

  input(bytes: Buffer, next: () => void): void {
    if (this.#input === null) next();
    else this.#input.write(bytes, next);
  }

  inputEnded(): boolean {
    const closes = (this.spec.stdinOnce || this.spec.kind === 'exec') && !this.tty;
    if (closes) this.#input?.close();
    return closes;
  }

  changed(client: AttachClient): void {
    this.#clients.drop(client);
    this.#pump?.clientsChanged();
  }

  resize(height: number, width: number): boolean {
    return sendControl(this.paths.control, { verb: 'resize', height, width });
  }

  /** The shim has gone, by SIGCHLD: where it never opened its FIFOs, nothing else tells. */
  shimEnded(): void {
    if (this.#fifos === null) return;
    this.#readStatus();
    if (this.#phase === 'launching') this.#fail('the shim ended before it began');
  }

  #readStatus(): void {
    if (this.#fifos === null) return;
    const { records, gone } = readStatus(this.#fifos.status);
    for (const record of records) this.#hear(record);
    if (!gone) return;
    this.#watch?.pause();
    if (this.#phase === 'launching') this.#fail('the shim was killed');
    if (this.#phase === 'running') {
      this.#pump?.close();
      this.#end({ word: 'exit', code: lostCode, time: realtime() });
    }
  }

  #hear(record: ShimRecord): void {
    if (record.word === 'started' && this.#phase === 'launching') {
      this.#fold([record]);
      this.#phase = 'running';
      this.#beginWaiting();
      this.#pump?.start();
      this.#settle.resolve(this.#status);
    } else if (record.word === 'exit' && this.#phase === 'running') {
      this.#phase = 'draining';
      this.#pump?.drain(() => this.#end(record));
    } else if (record.word === 'failed' && this.#phase === 'launching') {
      this.#fail(this.#runtimeOutput() || unspoken(record.code));
    } else if (record.word === 'error' && this.#phase === 'launching') {
      this.#fail(`minke-shim: ${record.step}: errno ${record.errno}\n${this.#runtimeOutput()}`.trimEnd());
    }
  }

  #fold(records: readonly ShimRecord[]): void {
    for (const record of records) {
      const at = timeOf(record.time);
      if (record.word === 'started') this.#status = { ...this.#status, pid: record.pid, startedAt: at };
      if (record.word === 'exit') this.#status = { ...this.#status, exit: { code: record.code, at } };
    }
  }

  #end(record: ShimRecord & { word: 'exit' }): void {
    this.#intake?.finish();
    this.#fold([record]);
    this.#phase = 'ended';
    this.#release();
    this.#clients.end();
    const { exit } = this.#status;
    if (exit === undefined) return;
    const status = { ...this.#status, exit };
    // Whoever launched it is answered first.
    setImmediate(() => this.#onEnded(status));
  }

  #beginWaiting(): void {
    for (const client of this.#waiting) this.attach(client);
    this.#waiting = [];
  }

  #fail(words: string): void {
    this.#phase = 'failed';
    this.#beginWaiting();
    this.#release();
    removeTaskFolder(this.paths.folder);
    this.#settle.reject(internal('the OCI runtime failed', new RuntimeFailure(words)));
  }

  #runtimeOutput(): string {
    if (this.#fifos === null) return '';
    const buffer = Buffer.alloc(64 * 1024);
    const count = readNow(this.#fifos.stderr, buffer) ?? 0;
    return runtimeWords(this.paths.runtimeLog, buffer.toString('utf8', 0, count));
  }

  /** Gives everything back and lets the shim go. */
  #release(): void {
    this.#pump?.close();
    this.#watch?.close();
    this.#intake?.close();
    this.#input?.destroy();
    if (this.#fifos !== null) closeAll(this.#fifos.status, this.#fifos.stdout, this.#fifos.stderr);
    this.#fifos = this.#watch = this.#intake = this.#pump = null;
    sendControl(this.paths.control, { verb: 'acknowledge' });
  }

  /** Before a launch that did not get to the shim. */
  abandon(): void {
    this.#fail('');
  }
}

/** Why a runtime failed that said nothing. */
const unspoken = (code: number): string =>
  code > 128 ? `the runtime was killed by signal ${code - 128}` : `the runtime ended with status ${code}`;
