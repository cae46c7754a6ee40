import { type Readiness, whenReadable } from '../../host/pipe/readiness.ts';
import type { OutputStream } from '../journal/record.ts';
import type { Intake } from '../output/contract.ts';
import type { TaskClients } from './task-clients.ts';

/** Takes a task's output from its FIFOs while it comes, writes it down and passes it on. */
export class OutputPump {
  readonly #fifos: Readonly<Record<OutputStream, number>>;
  readonly #intake: Intake;
  readonly #clients: TaskClients;
  readonly #tty: boolean;
  readonly #watches = new Map<OutputStream, Readiness>();
  #paused = false;
  #onDrained: (() => void) | null = null;

  constructor(
    fifos: Readonly<Record<OutputStream, number>>,
    intake: Intake,
    clients: TaskClients,
    tty: boolean,
  ) {
    this.#fifos = fifos;
    this.#intake = intake;
    this.#clients = clients;
    this.#tty = tty;
  }

  /** From when the process runs: before, the FIFOs hold what the OCI runtime says. */
  start(): void {
    // With a terminal, all output comes through stdout; the other FIFO has only the runtime's words.
    for (const stream of this.#tty ? (['stdout'] as const) : (['stdout', 'stderr'] as const)) {
      this.#watches.set(
        stream,
        whenReadable(this.#fifos[stream], () => this.#ready(stream)),
      );
    }
  }

  /** The process has ended: takes what is left, whoever is stuck, then calls back once. */
  drain(onDrained: () => void): void {
    this.#onDrained = onDrained;
    this.#resume();
    this.#takeRest();
  }

  /** A client left or takes output again. */
  clientsChanged(): void {
    if (this.#paused && !this.#clients.stuck) this.#resume();
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.close();
    this.#watches.clear();
  }

  #ready(stream: OutputStream): void {
    if (this.#onDrained !== null) {
      this.#takeRest();
      return;
    }
    const { busy } = this.#intake;
    if (busy !== null || this.#clients.stuck) {
      this.#pause();
      busy?.then(() => this.clientsChanged());
      return;
    }
    // All writers are gone for now and a closed FIFO is always ready: the rest is asked for at the process's end.
    if (this.#take(stream) === 'end') this.#watches.get(stream)?.pause();
  }

  #take(stream: OutputStream): 'some' | 'none' | 'end' {
    const bytes = this.#intake.take(stream, this.#fifos[stream]);
    if (bytes === undefined) return 'none';
    if (bytes.length === 0) return 'end';
    this.#clients.send(stream, bytes);
    return 'some';
  }

  #takeAll(stream: OutputStream): 'none' | 'end' {
    for (;;) {
      const taken = this.#take(stream);
      if (taken !== 'some') return taken;
    }
  }

  #takeRest(): void {
    // Without a terminal all that the process wrote is in the FIFOs, and others may hold them open. With one, the shim
    // still carries it there and closes the FIFO behind the last byte.
    const state = this.#takeAll('stdout');
    if (this.#tty && state === 'none') return;
    if (!this.#tty) this.#takeAll('stderr');
    this.close();
    const drained = this.#onDrained;
    this.#onDrained = null;
    drained?.();
  }

  #pause(): void {
    this.#paused = true;
    for (const watch of this.#watches.values()) watch.pause();
  }

  #resume(): void {
    this.#paused = false;
    for (const watch of this.#watches.values()) watch.resume();
  }
}
