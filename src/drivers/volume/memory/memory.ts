import { invalid } from '../../../errors/minke-error.ts';
import type { VolumeDriver, VolumeOptions } from '../contract.ts';

/** Volumes without data. Shared maps show what a restart finds; `mounted` what is mounted now. */
export class MemoryVolumes implements VolumeDriver {
  readonly name: string;
  readonly scope = 'local';
  readonly volumes: Set<string>;
  readonly mounted = new Set<string>();
  /** Bytes that every volume is said to have. */
  bytes = 0;

  constructor(name = 'local', volumes = new Set<string>()) {
    this.name = name;
    this.volumes = volumes;
  }

  check(name: string, options: VolumeOptions): void {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name))
      throw invalid(`${JSON.stringify(name)} is no volume name`);
    if ('nope' in options) throw invalid('invalid option: "nope"');
  }

  async create(name: string, options: VolumeOptions): Promise<void> {
    this.check(name, options);
    this.volumes.add(name);
  }

  async remove(name: string): Promise<void> {
    this.mounted.delete(name);
    this.volumes.delete(name);
  }

  path(name: string): string {
    return `/memory/${name}/_data`;
  }

  async mount(name: string, options: VolumeOptions): Promise<string> {
    await this.create(name, options);
    this.mounted.add(name);
    return this.path(name);
  }

  async unmount(name: string): Promise<void> {
    this.mounted.delete(name);
  }

  async size(): Promise<number> {
    return this.bytes;
  }

  async restore(): Promise<string[]> {
    return [...this.volumes].sort();
  }
}
