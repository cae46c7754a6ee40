import { notFound } from '../../../errors/minke-error.ts';
import type { LinuxResources, Process, Spec } from '../../../wire/oci-runtime.ts';
import type { OciRuntime, RuntimeContainer, RuntimeProbe, RuntimeState } from '../contract.ts';

interface Held {
  status: RuntimeState['status'];
  pid: number;
}

/** The double for unit tests: containers are what `begin` and `end` say. */
export class MemoryRuntime implements OciRuntime {
  readonly name: string;
  openFiles = 0;
  copiesItself = false;
  readonly env = {};
  readonly updates: { id: string; resources: LinuxResources }[] = [];
  readonly signals: { id: string; signal: number; all: boolean }[] = [];
  readonly #held = new Map<string, Held>();
  /** Called for each signal that reaches a container. */
  onKill: (id: string, signal: number) => void = () => {};

  constructor(name = 'memory') {
    this.name = name;
  }

  /** As if the keeper had run `runArgv`. */
  begin(id: string, pid: number): void {
    this.#held.set(id, { status: 'running', pid });
  }

  /** The first process ended. */
  end(id: string): void {
    const held = this.#held.get(id);
    if (held !== undefined) held.status = 'stopped';
  }

  async probe(): Promise<RuntimeProbe> {
    return { name: this.name, path: `/usr/bin/${this.name}`, version: '1.0', warnings: [], usable: true };
  }

  prepare(spec: Spec): Spec {
    return spec;
  }

  started(): void {}

  runArgv({ id, bundle, tty }: { id: string; bundle: string; tty: boolean }): string[] {
    return ['memory', 'run', '$' + '{PID_FILE}', bundle, ...(tty ? ['$' + '{CONSOLE_SOCKET}'] : []), id];
  }

  execArgv({ id, processFile, tty }: { id: string; processFile: string; tty: boolean }): string[] {
    return [
      'memory',
      'exec',
      '$' + '{PID_FILE}',
      processFile,
      ...(tty ? ['$' + '{CONSOLE_SOCKET}'] : []),
      id,
    ];
  }

  complaint(text: string, kind: 'container' | 'exec', _process: Pick<Process, 'args' | 'cwd'>): string {
    return `${kind === 'exec' ? 'exec' : `${this.name} create`} failed: ${text}`;
  }

  async kill({ id }: RuntimeContainer, signal: number, options: { all?: boolean } = {}): Promise<void> {
    this.#live(id);
    this.signals.push({ id, signal, all: options.all === true });
    this.onKill(id, signal);
  }

  async delete({ id }: RuntimeContainer): Promise<void> {
    this.#held.delete(id);
  }

  async pause({ id }: RuntimeContainer): Promise<void> {
    this.#live(id).status = 'paused';
  }

  async resume({ id }: RuntimeContainer): Promise<void> {
    this.#live(id).status = 'running';
  }

  async update(id: string, resources: LinuxResources): Promise<void> {
    this.#live(id);
    this.updates.push({ id, resources });
  }

  async state(id: string): Promise<RuntimeState | null> {
    const held = this.#held.get(id);
    return held === undefined ? null : { ...held };
  }

  async list(): Promise<string[]> {
    return [...this.#held.keys()];
  }

  #live(id: string): Held {
    const held = this.#held.get(id);
    if (held === undefined || held.status === 'stopped') throw notFound('no such process');
    return held;
  }
}
