import { readFileSync } from 'node:fs';
import { nameForKernel } from '../../../kit/tar/name-bytes.ts';
import { bindAsync, bindChecked, SystemError } from '../../ffi/libc.ts';
import { closeFd, openTrusted } from '../../safepath/calls.ts';
import { O_DIRECTORY, O_PATH } from '../../safepath/flags.ts';
import type { BindOptions, MountInfo, Mounts, OverlayMount, Propagation, TmpfsOptions } from '../contract.ts';
import { parseMountInfo } from '../mountinfo.ts';
import { maxOptions, needsEscape, overlayOptions } from '../overlay-options.ts';

type Path = string | Buffer | null;

const mount = bindChecked<[Path, Path, Path, number, Path]>(
  'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
);
const umount2 = bindAsync<[Path, number]>('int umount2(const char *target, int flags)');

/** <sys/mount.h> */
const MS_RDONLY = 1;
const MS_NOSUID = 2;
const MS_NODEV = 4;
const MS_NOEXEC = 8;
const MS_REMOUNT = 32;
const MS_BIND = 4096;
const MS_MOVE = 8192;
const MS_REC = 16384;
const propagations: Record<Propagation, number> = {
  unbindable: 1 << 17,
  runbindable: (1 << 17) | MS_REC,
  private: 1 << 18,
  rprivate: (1 << 18) | MS_REC,
  slave: 1 << 19,
  rslave: (1 << 19) | MS_REC,
  shared: 1 << 20,
  rshared: (1 << 20) | MS_REC,
};
const MNT_DETACH = 2;
const ENAMETOOLONG = 36;
const UMOUNT_NOFOLLOW = 8;

/** An unmount can write back a whole disk meanwhile; the pool's other threads are for the rest of the engine. */
const unmountsAtOnce = 2;

export class LinuxMounts implements Mounts {
  readonly #unmounting = new Set<Promise<void>>();

  overlay(overlay: OverlayMount, target: string): void {
    const absolute = overlayOptions(overlay, overlay.base);
    if (!needsEscape(overlay.base) && Buffer.byteLength(absolute) <= maxOptions) {
      mount('overlay', `${overlay.base}/${target}`, 'overlay', 0, absolute);
      return;
    }
    // The base by descriptor: short, and without a character that would need an escape.
    const fd = openTrusted(overlay.base, O_PATH | O_DIRECTORY);
    try {
      const base = `/proc/self/fd/${fd}`;
      const options = overlayOptions(overlay, base);
      // The kernel would cut them, and then complain of a name that is not there.
      if (Buffer.byteLength(options) > maxOptions) throw new SystemError('mount', ENAMETOOLONG, 'overlay');
      mount('overlay', `${base}/${target}`, 'overlay', 0, options);
    } finally {
      closeFd(fd);
    }
  }

  bind(source: string, target: string, options: BindOptions = {}): void {
    const recursive = options.recursive === false ? 0 : MS_REC;
    mount(nameForKernel(source), nameForKernel(target), null, MS_BIND | recursive, null);
    // The kernel takes no other flag together with a new bind mount.
    if (options.readonly === true) this.makeReadonly(target);
  }

  makeReadonly(target: string): void {
    mount(null, nameForKernel(target), null, MS_BIND | MS_REMOUNT | MS_RDONLY, null);
  }

  tmpfs(target: string, data?: string, { name = 'tmpfs', noExec = false }: TmpfsOptions = {}): void {
    const flags = MS_NOSUID | MS_NODEV | (noExec ? MS_NOEXEC : 0);
    mount(name, nameForKernel(target), 'tmpfs', flags, data ?? null);
  }

  move(source: string, target: string): void {
    mount(nameForKernel(source), nameForKernel(target), null, MS_MOVE, null);
  }

  setPropagation(target: string, propagation: Propagation): void {
    mount(null, nameForKernel(target), null, propagations[propagation], null);
  }

  async unmount(target: string): Promise<void> {
    const release = await this.#turn();
    try {
      await umount2(nameForKernel(target), MNT_DETACH | UMOUNT_NOFOLLOW);
    } catch (error) {
      // EINVAL: not a mount point.
      if (!(error instanceof SystemError) || (error.code !== 'EINVAL' && error.code !== 'ENOENT'))
        throw error;
    } finally {
      release();
    }
  }

  /** Resolves when few enough unmounts are under way; to be given back. */
  async #turn(): Promise<() => void> {
    while (this.#unmounting.size >= unmountsAtOnce) await Promise.race(this.#unmounting);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#unmounting.add(promise);
    return () => {
      this.#unmounting.delete(promise);
      resolve();
    };
  }

  list(): MountInfo[] {
    return parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  }
}
