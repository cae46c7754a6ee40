/**
 * The one place that writes what an archive says to the disk: layers, loads, imports, cp.
 *
 * Every entry's parent is opened below the root's descriptor; nothing is remembered about names. One descriptor is
 * kept, of the directory last written to: an entry changes nothing but names in it, so the archive can't turn it into
 * something else. Modes, owners, times and attributes are set through descriptors of what was just made.
 *
 * Synchronous: feed it from a worker thread through a `TarParser`.
 */
import { invalid } from '../../errors/minke-error.ts';
import type { TarHeader, TarTime } from '../../kit/tar/header.ts';
import type { TarSink } from '../../kit/tar/parser.ts';
import { SystemError } from '../ffi/libc.ts';
import {
  closeFd,
  linkAt,
  makeNodeAt,
  openAt,
  setLength,
  setMode,
  setModeOfPath,
  setOwner,
  setOwnerAt,
  setTimes,
  setTimesAt,
  symlinkAt,
  tryMakeDirectoryAt,
  tryOpenAt,
  writeAll,
  writeAllAt,
} from '../safepath/calls.ts';
import { entryParts } from '../safepath/entry-name.ts';
import { tryStatAt } from '../safepath/file-stat.ts';
import {
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_PATH,
  O_RDONLY,
  O_WRONLY,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
} from '../safepath/flags.ts';
import { tryOpenBelow } from '../safepath/resolve.ts';
import { isWhiteout, makeOpaque } from '../tree/overlay-marks.ts';
import { removeAt } from '../tree/remove.ts';
import type { XattrSubject } from '../xattr/xattr.ts';
import { applyXattrs } from './apply-xattrs.ts';
import type { ExtractOptions } from './contract.ts';
import { entryError } from './entry-error.ts';
import { Parents, type Place } from './parents.ts';
import { readWhiteout, type WhiteoutForm, whiteoutForms } from './whiteout.ts';

const EEXIST = 17;
const EBUSY = 16;
const ENOTDIR = 20;
const ELOOP = 40;

export interface ExtractHooks {
  /** A file's content goes to `path` from here on. */
  onFile?(path: string, header: TarHeader): void;
  /** Takes away what the archive made at `place` before; answers false to have it deleted. */
  onReplace?(place: Place): boolean;
}

export class Extractor implements TarSink {
  readonly #root: number;
  readonly #options: ExtractOptions;
  readonly #hooks: ExtractHooks;
  readonly #whiteouts: WhiteoutForm;
  /** Times of directories, set at the end: what is written into one changes its time. */
  readonly #directoryTimes: { path: string; time: TarTime }[] = [];

  readonly #parents: Parents;

  #header: TarHeader | null = null;
  #fd = -1;

  /** Sum of the files' sizes, as `usageOf` counts it. */
  size = 0;
  /** An entry told of the root itself. */
  tellsRoot = false;

  /** @param root descriptor of the directory to write below; it stays the caller's */
  constructor(root: number, options: ExtractOptions, hooks: ExtractHooks = {}) {
    this.#root = root;
    this.#options = options;
    this.#hooks = hooks;
    this.#whiteouts = whiteoutForms[options.whiteouts]();
    this.#parents = new Parents(root, options.links, {
      makeImplied: (place) => this.#implied(place),
      isGone: (dir, name) => this.#isGone(dir, name),
    });
  }

  entry(header: TarHeader): void {
    this.#header = header;
    try {
      this.#make(header);
    } catch (error) {
      throw entryError(error, header);
    }
  }

  data(chunk: Buffer, offset: number): void {
    const header = this.#header;
    if (this.#fd === -1 || header === null) return;
    try {
      if (header.sparse === null) writeAll(this.#fd, chunk);
      else writeAllAt(this.#fd, chunk, offset);
    } catch (error) {
      throw entryError(error, header);
    }
  }

  entryEnd(): void {
    const header = this.#header;
    this.#header = null;
    if (this.#fd === -1 || header === null) return;
    try {
      if (header.sparse !== null) setLength(this.#fd, header.size);
      this.#decorate(this.#fd, header);
      setTimes(this.#fd, header.mtime);
    } catch (error) {
      throw entryError(error, header);
    } finally {
      closeFd(this.#fd);
      this.#fd = -1;
    }
  }

  /** The archive is over: puts the directories' times right and lets go of descriptors. */
  finish(): void {
    for (const { path, time } of this.#directoryTimes) {
      const fd = tryOpenBelow(this.#root, path, O_RDONLY | O_DIRECTORY, { links: this.#options.links });
      // Replaced by a later entry.
      if (fd < 0) continue;
      try {
        setTimes(fd, time);
      } finally {
        closeFd(fd);
      }
    }
    this.close();
  }

  /** Lets go of descriptors; also after a failure. */
  close(): void {
    this.#parents.close();
    if (this.#fd !== -1) closeFd(this.#fd);
    this.#fd = -1;
  }

  #make(header: TarHeader): void {
    if (header.type === 'other') throw invalid(`unhandled tar header type ${header.typeflag}`);
    const parts = entryParts(header.name, this.#options.absoluteNames);
    const whiteout = readWhiteout(parts, this.#options.whiteouts);
    if (whiteout.kind === 'ignored') return;
    const name = parts.pop();
    if (name === undefined) {
      if (header.type !== 'directory') throw invalid('the root can only be a directory');
      if (this.#options.keepRoot) return;
      this.#furnish(openAt(this.#root, '.', O_RDONLY | O_DIRECTORY), '', header);
      this.tellsRoot = true;
      return;
    }
    const parent = parts.join('/');
    const dir = this.#parents.open(parts, parent);
    if (whiteout.kind === 'opaque') {
      this.#whiteouts.opaque(dir, parent);
      return;
    }
    if (whiteout.kind === 'gone') {
      this.#whiteouts.remove(
        dir,
        whiteout.name,
        parent === '' ? whiteout.name : `${parent}/${whiteout.name}`,
      );
      return;
    }
    const place = { dir, name, path: parent === '' ? name : `${parent}/${name}` };
    this.#create(place, header);
    this.#whiteouts.made(place.path);
  }

  #create(place: Place, header: TarHeader): void {
    const { dir, name, path } = place;
    switch (header.type) {
      case 'directory':
        this.#furnish(this.#directory(place), path, header);
        return;
      case 'file':
        this.#fd = this.#file(place);
        this.size += header.size;
        this.#hooks.onFile?.(path, header);
        return;
      case 'link': {
        const target = entryParts(header.linkname, this.#options.absoluteNames);
        const old = target.pop();
        if (old === undefined) throw invalid(`hard link to ${JSON.stringify(header.linkname)}`);
        const oldDir = this.#parents.existing(target.join('/'));
        try {
          this.#retry(place, () => linkAt(oldDir, old, dir, name));
        } finally {
          closeFd(oldDir);
        }
        return;
      }
      case 'symlink':
        if (header.linkname === '') throw invalid('symlink without a target');
        this.#retry(place, () => symlinkAt(header.linkname, dir, name));
        this.size += Buffer.byteLength(header.linkname);
        if (this.#options.ownership !== 'ignore') setOwnerAt(dir, name, ...this.#owner(header));
        applyXattrs({ dir, name }, header.xattrs);
        setTimesAt(dir, name, header.mtime);
        return;
      case 'character':
      case 'block':
      case 'fifo':
        this.#node(place, header);
    }
  }

  #node(place: Place, header: TarHeader): void {
    const { dir, name } = place;
    const type = header.type === 'character' ? S_IFCHR : header.type === 'block' ? S_IFBLK : S_IFIFO;
    this.#retry(place, () => makeNodeAt(dir, name, type | 0o600, header.devmajor, header.devminor));
    const fd = openAt(dir, name, O_PATH);
    try {
      if (this.#options.ownership !== 'ignore') setOwnerAt(fd, '', ...this.#owner(header));
      setModeOfPath(fd, header.mode);
      applyXattrs({ dir, name }, header.xattrs);
      setTimesAt(dir, name, header.mtime);
    } finally {
      closeFd(fd);
    }
  }

  /** Makes or finds the directory; an existing one is kept with what is in it. */
  #directory(place: Place): number {
    const { dir, name } = place;
    let opaque = false;
    for (let tries = 0; ; tries++) {
      const errno = -tryMakeDirectoryAt(dir, name, 0o700);
      if (errno !== 0 && errno !== EEXIST) throw new SystemError('mkdirat', errno);
      const fd = tryOpenAt(dir, name, O_RDONLY | O_DIRECTORY);
      if (fd >= 0) {
        if (opaque) makeOpaque({ fd });
        return fd;
      }
      if ((fd !== -ENOTDIR && fd !== -ELOOP) || tries > 8) throw new SystemError('openat', -fd);
      opaque ||= this.#clear(place, true);
    }
  }

  #file(place: Place): number {
    for (let tries = 0; ; tries++) {
      const fd = tryOpenAt(place.dir, place.name, O_WRONLY | O_CREAT | O_EXCL, 0o600);
      if (fd >= 0) return fd;
      if (fd !== -EEXIST || tries > 8) throw new SystemError('openat', -fd);
      this.#clear(place, false);
    }
  }

  /** Runs `make`; where the name is taken, clears it and tries again. */
  #retry(place: Place, make: () => void): void {
    for (let tries = 0; ; tries++) {
      try {
        make();
        return;
      } catch (error) {
        if (!(error instanceof SystemError) || error.code !== 'EEXIST' || tries > 8) throw error;
        this.#clear(place, false);
      }
    }
  }

  /** Makes room at `place`. Answers whether an overlay whiteout lay there. */
  #clear(place: Place, forDirectory: boolean): boolean {
    const { dir, name, path } = place;
    const stat = tryStatAt(dir, name);
    if (stat === null) return false;
    const isDirectory = stat.type === S_IFDIR;
    if (this.#options.noOverwriteDirNonDir && isDirectory !== forDirectory) {
      const [there, here] = isDirectory ? ['directory', 'non-directory'] : ['non-directory', 'directory'];
      throw invalid(
        `cannot overwrite ${there} ${JSON.stringify(`/${path}`)} with ${here} ${JSON.stringify(`/${path}`)}`,
      );
    }
    // The kernel lets a mount point go where the mount is one of another namespace, and takes the mount away.
    if (stat.mountRoot) throw new SystemError('unlinkat', EBUSY, JSON.stringify(name));
    if (!isDirectory && stat.links <= 1) this.size -= stat.type === S_IFCHR ? 0 : stat.size;
    const kept = this.#whiteouts.isMade(path) && this.#hooks.onReplace?.(place) === true;
    if (!kept) removeAt(dir, name);
    return this.#options.whiteouts === 'overlay' && isWhiteout(stat);
  }

  /** Sets all of a directory's metadata but its times; takes over the descriptor. */
  #furnish(fd: number, path: string, header: TarHeader): void {
    try {
      this.#decorate(fd, header);
      this.#directoryTimes.push({ path, time: header.mtime });
    } catch (error) {
      closeFd(fd);
      throw error;
    }
    this.#parents.remember(fd, path);
  }

  /** Owner first: chown(2) takes setuid bits and capabilities away. */
  #decorate(fd: number, header: TarHeader): void {
    if (this.#options.ownership !== 'ignore') setOwner(fd, ...this.#owner(header));
    setMode(fd, header.mode);
    if (header.xattrs.size > 0) applyXattrs({ fd } satisfies XattrSubject, header.xattrs);
  }

  #owner(header: TarHeader): [number, number] {
    const { ownership } = this.#options;
    return typeof ownership === 'object' ? [ownership.uid, ownership.gid] : [header.uid, header.gid];
  }

  /** As Docker makes directories that the archive does not tell of: root's, 0755. */
  #implied(place: Place): number {
    const fd = this.#directory(place);
    try {
      if (typeof this.#options.ownership === 'object')
        setOwner(fd, this.#options.ownership.uid, this.#options.ownership.gid);
      setMode(fd, 0o755);
      this.#whiteouts.made(place.path);
      return openAt(fd, '.', O_PATH | O_DIRECTORY);
    } finally {
      closeFd(fd);
    }
  }

  #isGone(dir: number, name: string): boolean {
    const stat = this.#options.whiteouts === 'overlay' ? tryStatAt(dir, name) : null;
    return stat !== null && isWhiteout(stat);
  }
}
