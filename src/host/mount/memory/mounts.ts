/** Mounts that only remember themselves. */
import type { BindOptions, MountInfo, Mounts, OverlayMount, Propagation } from '../contract.ts';

export class MemoryMounts implements Mounts {
  #mounts: MountInfo[] = [];
  #last = 100;

  overlay(overlay: OverlayMount, target: string): void {
    this.#add(
      `${overlay.base}/${target}`,
      'overlay',
      'overlay',
      overlay.upper === undefined ? ['ro'] : ['rw'],
    );
  }

  bind(source: string, target: string, options: BindOptions = {}): void {
    this.#add(target, 'none', source, options.readonly === true ? ['ro'] : ['rw']);
  }

  makeReadonly(target: string): void {
    this.#mounts = this.#mounts.map((mount) =>
      mount.mountPoint === target ? { ...mount, options: ['ro'] } : mount,
    );
  }

  tmpfs(target: string, data?: string): void {
    this.#add(target, 'tmpfs', 'tmpfs', ['rw', ...(data === undefined ? [] : data.split(','))]);
  }

  move(source: string, target: string): void {
    this.#mounts = this.#mounts.map((mount) =>
      mount.mountPoint === source ? { ...mount, mountPoint: target } : mount,
    );
  }

  setPropagation(target: string, propagation: Propagation): void {
    this.#mounts = this.#mounts.map((mount) =>
      mount.mountPoint === target
        ? { ...mount, propagation: propagation.endsWith('shared') ? ['shared:1'] : [] }
        : mount,
    );
  }

  async unmount(target: string): Promise<void> {
    const at = this.#mounts.findLastIndex((mount) => mount.mountPoint === target);
    if (at !== -1) this.#mounts.splice(at, 1);
  }

  list(): MountInfo[] {
    return [...this.#mounts];
  }

  #add(mountPoint: string, type: string, source: string, options: readonly string[]): void {
    this.#last += 1;
    this.#mounts.push({
      id: this.#last,
      parentId: 1,
      device: `0:${this.#last}`,
      root: '/',
      mountPoint,
      options,
      propagation: [],
      type,
      source,
      superOptions: options,
    });
  }
}
