/** Layers as lower directories of overlayfs mounts, one mount a container. */
import { chmodSync, existsSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { internal, systemCode } from '../../../errors/minke-error.ts';
import type { Archives } from '../../../host/archive/contract.ts';
import type { Mounts, OverlayMount } from '../../../host/mount/contract.ts';
import { closeFd, openTrusted } from '../../../host/safepath/calls.ts';
import { O_DIRECTORY, O_PATH } from '../../../host/safepath/flags.ts';
import { moveAside } from '../../../host/tree/move-aside.ts';
import { isOpaque } from '../../../host/tree/overlay-marks.ts';
import type { ChainId, Change, CreateOptions, StorageFault } from '../contract.ts';
import type {
  Backend,
  Chain,
  Description,
  LooseTree,
  StoredFilesystem,
  StoredLayer,
} from '../layered/backend.ts';
import { isDirectory } from '../layered/is-directory.ts';
import { isMarkOf, readParentMark, writeParentMark } from '../layered/parent-mark.ts';
import { Trash } from '../layered/trash.ts';
import { backingFilesystem } from './backing-filesystem.ts';
import { InitLayers, makeUpper, rootAsBelow } from './init-layers.ts';
import { OverlayLinks } from './links.ts';
import { initName, isLayerName, isLayerOrContainer, OverlayPaths } from './paths.ts';

export class Overlay2 implements Backend {
  readonly name = 'overlay2';
  readonly whiteouts = 'overlay';
  readonly #paths: OverlayPaths;
  readonly #links: OverlayLinks;
  readonly #inits: InitLayers;
  readonly #trash: Trash;
  readonly #mounts: Mounts;
  readonly #archives: Archives;
  #knowsVolatile = true;
  readonly #mounted = new Set<string>();
  /** An unmount can take long; mounting the same directories again has to wait for it. */
  readonly #unmounting = new Map<string, Promise<void>>();

  readonly #warn: (text: string) => void;

  /**
   * @param home `<data-root>/overlay2`
   * @param warn hears of what was damaged and moved aside
   */
  constructor(home: string, mounts: Mounts, archives: Archives, warn: (text: string) => void) {
    this.#warn = warn;
    this.#paths = new OverlayPaths(home);
    this.#links = new OverlayLinks(this.#paths);
    this.#trash = new Trash(this.#paths.trash, archives);
    this.#inits = new InitLayers(this.#paths, this.#links, mounts, this.#trash);
    this.#mounts = mounts;
    this.#archives = archives;
  }

  load(layers: ReadonlyMap<ChainId, StoredLayer>, keepLoose: boolean): StoredFilesystem[] {
    const { home } = this.#paths;
    mkdirSync(home, { recursive: true, mode: 0o710 });
    // Also where it was there before: nobody on the host but root walks through images.
    chmodSync(home, 0o710);
    // As the kernel spells it.
    const real = realpathSync(home);
    for (const { mountPoint } of this.#mounts.list()) {
      const match = mountPoint.startsWith(`${real}/`)
        ? /^([^/]+)\/merged$/.exec(mountPoint.slice(real.length + 1))
        : null;
      if (match?.[1] !== undefined) this.#mounted.add(match[1]);
    }
    this.#trash.open((moved) => this.#mounts.unmount(`${moved}/merged`));
    const wanted = new Set([initName(undefined)]);
    for (const { cacheId } of [...layers.values(), ...(keepLoose ? this.looseTrees(layers) : [])])
      wanted.add(cacheId).add(initName(cacheId));
    const filesystems: StoredFilesystem[] = [];
    for (const name of readdirSync(home)) {
      if (!isLayerOrContainer(name) || wanted.has(name)) continue;
      const mark = readParentMark(this.#paths.of(name, 'parent'), name);
      if (mark.kind === 'absent') this.remove(name);
      else
        filesystems.push(mark.kind === 'whole' ? mark.filesystem : this.#marked(name, layers, mark.problem));
    }
    this.#links.sweep();
    return filesystems;
  }

  looseTrees(layers: ReadonlyMap<ChainId, StoredLayer>): LooseTree[] {
    const known = new Set([...layers.values()].map(({ cacheId }) => cacheId));
    return (
      readdirSync(this.#paths.home)
        .filter((name) => isLayerName(name) && !known.has(name))
        // A container has a folder for the kernel's work.
        .filter((name) => isDirectory(this.layerRoot(name)) && !existsSync(this.#paths.of(name, 'work')))
        .map((cacheId) => {
          const [below = null] = this.#links.lowersOf(cacheId);
          const dir = openTrusted(this.layerRoot(cacheId), O_PATH | O_DIRECTORY);
          try {
            return { cacheId, below, opaqueRoot: isOpaque({ dir, name: '.' }) };
          } finally {
            closeFd(dir);
          }
        })
    );
  }

  /** A container's mark made anew, out of what its mounts stood on. */
  #marked(id: string, layers: ReadonlyMap<ChainId, StoredLayer>, problem: string): StoredFilesystem {
    const path = this.#paths.of(id, 'parent');
    this.#warn(moveAside(path, problem));
    const [below = initName(undefined)] = this.#links.lowersOf(id);
    const parent = [...layers.values()].find(
      ({ cacheId }) => below === cacheId || below === initName(cacheId),
    );
    const filesystem = {
      id,
      parent: parent?.chainId ?? null,
      // Kept in any case: what an ephemeral one has is needed as little afterwards as before.
      ephemeral: false,
      plain: below === parent?.cacheId,
    };
    writeParentMark(path, filesystem);
    return filesystem;
  }

  status(): [string, string][] {
    return [
      ['Backing Filesystem', backingFilesystem(this.#paths.home)],
      ['Supports d_type', 'true'],
      ['Using metacopy', 'false'],
      ['Native Overlay Diff', 'true'],
      ['userxattr', 'false'],
    ];
  }

  async prepareLayer(cacheId: string): Promise<string> {
    mkdirSync(this.#paths.of(cacheId), 0o710);
    this.#links.add(cacheId);
    const diff = this.layerRoot(cacheId);
    makeUpper(diff, null);
    return diff;
  }

  placeLayer(cacheId: string, parent: Chain, tellsRoot: boolean): void {
    const [top] = parent;
    if (top === undefined) return;
    const lower = this.#linksOf(parent.map(({ cacheId: below }) => below)).join(':');
    writeFileSync(this.#paths.of(cacheId, 'lower'), lower, { mode: 0o600 });
    if (!tellsRoot) rootAsBelow(this.layerRoot(cacheId), this.layerRoot(top.cacheId));
  }

  layerRoot(cacheId: string): string {
    return this.#paths.of(cacheId, 'diff');
  }

  discardLayer(cacheId: string): void {
    this.#inits.discard(initName(cacheId));
    this.#links.remove(cacheId);
    this.#trash.throwAway(this.#paths.of(cacheId));
  }

  describeLayer(chain: Chain): Description {
    const [top, ...below] = chain;
    if (top === undefined) return { Name: this.name, Data: {} };
    const lower = below.map(({ cacheId }) => this.layerRoot(cacheId)).join(':');
    return { Name: this.name, Data: { ...(lower !== '' && { LowerDir: lower }), ...this.#own(top.cacheId) } };
  }

  async create(id: string, chain: Chain, options: CreateOptions): Promise<void> {
    const lowers = this.#lowerNames(chain, options.plain === true);
    const path = this.#paths.of(id);
    mkdirSync(path, 0o710);
    makeUpper(`${path}/diff`, this.#paths.of(lowers[0], 'diff'));
    mkdirSync(`${path}/work`, 0o700);
    mkdirSync(`${path}/merged`, 0o700);
    writeFileSync(`${path}/lower`, this.#linksOf(lowers).join(':'), { mode: 0o600 });
    writeParentMark(`${path}/parent`, options);
  }

  async mount(filesystem: StoredFilesystem, chain: Chain): Promise<string> {
    const { id, ephemeral, plain } = filesystem;
    const merged = this.#paths.of(id, 'merged');
    for (let busy = this.#unmounting.get(id); busy !== undefined; busy = this.#unmounting.get(id)) await busy;
    if (this.#mounted.has(id)) return merged;
    const lower = this.#linksOf(this.#lowerNames(chain, plain));
    // The kernel's mark that an earlier volatile mount may have left the directory in pieces: only a crash of the
    // host can, and this container need not survive one.
    const mark = this.#paths.of(id, 'work', 'work', 'incompat');
    if (ephemeral && existsSync(mark)) rmSync(mark, { recursive: true, force: true });
    const overlay = { lower, upper: `${id}/diff`, work: `${id}/work`, volatile: ephemeral };
    try {
      this.#overlay({ base: this.#paths.home, ...overlay }, `${id}/merged`);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      throw internal(`error creating overlay mount to ${merged}: no such file or directory`, error);
    }
    this.#mounted.add(id);
    return merged;
  }

  #overlay(overlay: OverlayMount, target: string): void {
    const volatile = overlay.volatile === true && this.#knowsVolatile;
    try {
      this.#mounts.overlay({ ...overlay, volatile }, target);
    } catch (error) {
      // Kernels before 5.10 don't know the option; without it the same mount is only slower.
      if (!volatile || systemCode(error) !== 'EINVAL') throw error;
      this.#mounts.overlay({ ...overlay, volatile: false }, target);
      this.#knowsVolatile = false;
    }
  }

  async unmount(id: string): Promise<void> {
    if (!this.#mounted.delete(id)) {
      await this.#unmounting.get(id);
      return;
    }
    const work = this.#mounts
      .unmount(this.#paths.of(id, 'merged'))
      .finally(() => this.#unmounting.delete(id));
    this.#unmounting.set(id, work);
    await work;
  }

  mounted(): string[] {
    return [...this.#mounted];
  }

  remove(id: string): void {
    const mounted = this.#mounted.delete(id);
    const unmounting = this.#unmounting.get(id);
    this.#trash.throwAway(this.#paths.of(id), async (moved) => {
      await unmounting;
      // An unmount under way may have come too late for the old name.
      if (mounted || unmounting !== undefined) await this.#mounts.unmount(`${moved}/merged`);
    });
  }

  usage({ id }: StoredFilesystem): Promise<number> {
    return this.#archives.usage(this.#paths.of(id, 'diff'));
  }

  changes({ id, plain }: StoredFilesystem, chain: Chain): Promise<Change[]> {
    const lowers = this.#lowerNames(chain, plain);
    return this.#archives.overlayChanges(
      this.#paths.of(id, 'diff'),
      lowers.map((name) => this.#paths.of(name, 'diff')),
    );
  }

  diffTar({ id }: StoredFilesystem): Readable {
    return this.#archives.packOverlay(this.#paths.of(id, 'diff'));
  }

  describe({ id, plain }: StoredFilesystem, chain: Chain): Description {
    const lowers = this.#lowerNames(chain, plain);
    const lower = lowers.map((name) => this.#paths.of(name, 'diff')).join(':');
    return { Name: this.name, Data: { ID: id, LowerDir: lower, ...this.#own(id) } };
  }

  layerFaults({ chainId, cacheId }: StoredLayer): StorageFault[] {
    if (!isDirectory(this.layerRoot(cacheId)))
      return [{ kind: 'tree', subject: chainId, problem: 'its files are missing' }];
    const faults: StorageFault[] = [];
    const piece = (problem: string) => faults.push({ kind: 'piece', subject: chainId, problem });
    if (!this.#links.isRight(cacheId)) piece('its short name is lost');
    if (!this.#inits.isRight(initName(cacheId))) piece('what containers have above it is damaged');
    return faults;
  }

  mendLayer({ cacheId }: StoredLayer): void {
    if (!this.#links.isRight(cacheId)) this.#links.renew(cacheId);
    if (!this.#inits.isRight(initName(cacheId))) this.#inits.discard(initName(cacheId));
  }

  filesystemFaults(filesystem: StoredFilesystem): StorageFault[] {
    const { id } = filesystem;
    if (!isDirectory(this.#paths.of(id, 'diff')))
      return [{ kind: 'filesystem', subject: id, problem: 'its files are missing' }];
    const whole =
      isDirectory(this.#paths.of(id, 'work')) &&
      isDirectory(this.#paths.of(id, 'merged')) &&
      isMarkOf(this.#paths.of(id, 'parent'), filesystem);
    return whole
      ? []
      : [{ kind: 'piece', subject: id, problem: 'a folder or the mark beside its files is lost' }];
  }

  mendFilesystem(filesystem: StoredFilesystem): void {
    const { id } = filesystem;
    if (this.filesystemFaults(filesystem)[0]?.kind !== 'piece') return;
    for (const name of ['work', 'merged'])
      if (!isDirectory(this.#paths.of(id, name))) mkdirSync(this.#paths.of(id, name), 0o700);
    writeParentMark(this.#paths.of(id, 'parent'), filesystem);
  }

  strays(cacheIds: ReadonlySet<string>, filesystems: ReadonlySet<string>): string[] {
    const known = new Set([initName(undefined), ...filesystems]);
    for (const cacheId of cacheIds) known.add(cacheId).add(initName(cacheId));
    const folders = readdirSync(this.#paths.home).filter(
      (name) => isLayerOrContainer(name) && !known.has(name),
    );
    return [...folders, ...this.#links.strays().map((short) => `l/${short}`)];
  }

  discardStray(path: string): void {
    if (path.startsWith('l/')) rmSync(this.#paths.of(path), { force: true, recursive: true });
    else this.remove(path);
  }

  async settle(): Promise<void> {
    await Promise.allSettled(this.#unmounting.values());
    await this.#trash.settle();
  }

  #own(name: string): Record<string, string> {
    return {
      MergedDir: this.#paths.of(name, 'merged'),
      UpperDir: this.#paths.of(name, 'diff'),
      WorkDir: this.#paths.of(name, 'work'),
    };
  }

  /**
   * Directories below a container's own, topmost first. A plain one has an init layer beneath it only where there is
   * nothing else: an overlay needs a lower directory.
   */
  #lowerNames(chain: Chain, plain: boolean): [string, ...string[]] {
    const layers = chain.map(({ cacheId }) => cacheId);
    const [top, ...below] = layers;
    return plain && top !== undefined ? [top, ...below] : [this.#inits.ensure(chain), ...layers];
  }

  #linksOf(names: readonly string[]): string[] {
    return names.map((name) => this.#links.of(name));
  }
}
