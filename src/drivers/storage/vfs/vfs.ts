/**
 * Every layer and every container a whole copy of its own. Slow and large, but needs nothing of the kernel.
 *
 *     <home>/dir/<cacheId>        a layer with all below it
 *     <home>/dir/<cacheId>-init   the same with what containers have beneath their own (root-files.ts)
 *     <home>/dir/<id>             a container's root
 *     <home>/ready/<name>         an init copy that is whole
 *     <home>/parent/<id>          the mark that a container's root is whole
 *     <home>/trash/               what is being deleted
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Archives } from '../../../host/archive/contract.ts';
import { closeFd, openTrusted } from '../../../host/safepath/calls.ts';
import { O_DIRECTORY, O_PATH } from '../../../host/safepath/flags.ts';
import { moveAside } from '../../../host/tree/move-aside.ts';
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
import { makeRootFiles } from '../layered/root-files.ts';
import { Trash } from '../layered/trash.ts';

/** What a container's root is a copy of. */
const belowName = (chain: Chain, plain: boolean): string => {
  const [top] = chain;
  return plain && top !== undefined ? top.cacheId : initName(chain);
};

const initName = (chain: Chain): string => `${chain[0]?.cacheId ?? 'scratch'}-init`;

export class Vfs implements Backend {
  readonly name = 'vfs';
  readonly whiteouts = 'apply';
  readonly #home: string;
  readonly #archives: Archives;
  readonly #trash: Trash;
  readonly #creating = new Set<string>();
  readonly #inits = new Map<string, Promise<string>>();

  readonly #warn: (text: string) => void;

  /**
   * @param home `<data-root>/vfs`
   * @param warn hears of what was damaged and moved aside
   */
  constructor(home: string, archives: Archives, warn: (text: string) => void) {
    this.#warn = warn;
    this.#home = home;
    this.#archives = archives;
    this.#trash = new Trash(join(home, 'trash'), archives);
  }

  load(layers: ReadonlyMap<ChainId, StoredLayer>): StoredFilesystem[] {
    for (const name of ['', 'dir', 'ready', 'parent']) {
      mkdirSync(join(this.#home, name), { recursive: true, mode: 0o710 });
      chmodSync(join(this.#home, name), 0o710);
    }
    this.#trash.open();
    const wanted = new Set(['scratch-init']);
    for (const { cacheId } of layers.values()) wanted.add(cacheId).add(`${cacheId}-init`);
    const filesystems: StoredFilesystem[] = [];
    for (const name of readdirSync(join(this.#home, 'dir'))) {
      if (wanted.has(name)) continue;
      const mark = readParentMark(this.#mark(name), name);
      if (mark.kind === 'absent') this.#discard(name);
      else filesystems.push(mark.kind === 'whole' ? mark.filesystem : this.#marked(name, mark.problem));
    }
    return filesystems;
  }

  /** Each tree holds the files of those below it too: by them alone nobody can tell whose it is. */
  looseTrees(): LooseTree[] {
    return [];
  }

  /** A container's mark made anew. Its files are all there; what it stood on, and so how it differs from that, is lost. */
  #marked(id: string, problem: string): StoredFilesystem {
    this.#warn(moveAside(this.#mark(id), problem));
    const filesystem = { id, parent: null, ephemeral: false, plain: false };
    writeParentMark(this.#mark(id), filesystem);
    return filesystem;
  }

  #mark(id: string): string {
    return join(this.#home, 'parent', id);
  }

  status(): [string, string][] {
    return [];
  }

  async prepareLayer(cacheId: string, parent: () => Promise<Chain>): Promise<string> {
    // The layer is a copy of the one below it, and what is unpacked over that.
    const [below] = await parent();
    const root = this.layerRoot(cacheId);
    mkdirSync(root, 0o755);
    if (below === undefined) chmodSync(root, 0o755);
    else await this.#archives.copy(this.layerRoot(below.cacheId), root);
    return root;
  }

  placeLayer(): void {}

  layerRoot(name: string): string {
    return join(this.#home, 'dir', name);
  }

  discardLayer(cacheId: string): void {
    this.#discardInit(`${cacheId}-init`);
    this.#discard(cacheId);
  }

  describeLayer(): Description {
    return { Name: this.name, Data: {} };
  }

  async create(id: string, chain: Chain, options: CreateOptions): Promise<void> {
    this.#creating.add(id);
    try {
      const below = await this.#below(chain, options.plain === true);
      const root = this.layerRoot(id);
      mkdirSync(root, 0o755);
      await this.#archives.copy(below, root);
      writeParentMark(this.#mark(id), options);
    } finally {
      this.#creating.delete(id);
    }
  }

  async mount(filesystem: StoredFilesystem): Promise<string> {
    return this.layerRoot(filesystem.id);
  }

  async unmount(): Promise<void> {}

  mounted(): string[] {
    return [];
  }

  remove(id: string): void {
    rmSync(join(this.#home, 'parent', id), { force: true });
    this.#discard(id);
  }

  async usage({ id, plain }: StoredFilesystem, chain: Chain): Promise<number> {
    return this.#archives.changedSize(await this.#below(chain, plain), this.layerRoot(id));
  }

  async changes({ id, plain }: StoredFilesystem, chain: Chain): Promise<Change[]> {
    return this.#archives.treeChanges(await this.#below(chain, plain), this.layerRoot(id));
  }

  diffTar({ id, plain }: StoredFilesystem, chain: Chain): Readable {
    return this.#archives.packChanges(this.layerRoot(belowName(chain, plain)), this.layerRoot(id));
  }

  describe(): Description {
    return { Name: this.name, Data: {} };
  }

  layerFaults({ chainId, cacheId }: StoredLayer): StorageFault[] {
    return isDirectory(this.layerRoot(cacheId))
      ? []
      : [{ kind: 'tree', subject: chainId, problem: 'its files are missing' }];
  }

  mendLayer(): void {}

  filesystemFaults(filesystem: StoredFilesystem): StorageFault[] {
    const { id } = filesystem;
    if (this.#creating.has(id)) return [];
    if (!isDirectory(this.layerRoot(id)))
      return [{ kind: 'filesystem', subject: id, problem: 'its files are missing' }];
    return isMarkOf(this.#mark(id), filesystem)
      ? []
      : [{ kind: 'piece', subject: id, problem: 'the mark beside its files is lost' }];
  }

  mendFilesystem(filesystem: StoredFilesystem): void {
    if (this.filesystemFaults(filesystem)[0]?.kind === 'piece')
      writeParentMark(this.#mark(filesystem.id), filesystem);
  }

  strays(cacheIds: ReadonlySet<string>, filesystems: ReadonlySet<string>): string[] {
    const known = new Set(['scratch-init', ...filesystems]);
    for (const cacheId of cacheIds) known.add(cacheId).add(`${cacheId}-init`);
    return ['dir', 'ready', 'parent'].flatMap((folder) =>
      readdirSync(join(this.#home, folder))
        .filter((name) => !known.has(name))
        .map((name) => join(folder, name)),
    );
  }

  discardStray(path: string): void {
    this.#trash.throwAway(join(this.#home, path));
  }

  settle(): Promise<void> {
    return this.#trash.settle();
  }

  async #below(chain: Chain, plain: boolean): Promise<string> {
    const name = belowName(chain, plain);
    return name === initName(chain) ? this.#init(chain) : this.layerRoot(name);
  }

  /** Root of the init copy, made where it is not there yet. */
  #init(chain: Chain): Promise<string> {
    const name = initName(chain);
    const known = this.#inits.get(name);
    if (known !== undefined) return known;
    const made = this.#makeInit(name, chain).catch((error: unknown) => {
      this.#inits.delete(name);
      throw error;
    });
    this.#inits.set(name, made);
    return made;
  }

  async #makeInit(name: string, chain: Chain): Promise<string> {
    const root = this.layerRoot(name);
    const ready = join(this.#home, 'ready', name);
    if (existsSync(ready)) return root;
    this.#discard(name);
    mkdirSync(root, 0o755);
    const [top] = chain;
    if (top === undefined) chmodSync(root, 0o755);
    else await this.#archives.copy(this.layerRoot(top.cacheId), root);
    const fd = openTrusted(root, O_PATH | O_DIRECTORY);
    try {
      makeRootFiles(fd);
    } finally {
      closeFd(fd);
    }
    writeFileSync(ready, '', { mode: 0o600 });
    return root;
  }

  #discardInit(name: string): void {
    this.#inits.delete(name);
    rmSync(join(this.#home, 'ready', name), { force: true });
    this.#discard(name);
  }

  #discard(name: string): void {
    this.#trash.throwAway(this.layerRoot(name));
  }
}
