/**
 * What is known of each layer, by chain id:
 *
 *     <root>/sha256/<hex>/layer.json   written last: the layer is there when this is
 *                        /split.zst    what layerTar needs beside the files (host/archive/split.ts)
 *                        /kept/        files that the layer's own archive replaced
 *     <root>/tmp/<cacheId>/            the same, of a layer that is being added
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { messageOf, systemCode } from '../../../errors/minke-error.ts';
import { moveAside } from '../../../host/tree/move-aside.ts';
import { type Digest, hexOf, isDigest } from '../../../wire/digest.ts';
import type { ChainId } from '../contract.ts';
import type { StoredLayer } from './backend.ts';

const DigestSchema = v.custom<Digest>((value) => typeof value === 'string' && isDigest(value));
const CountSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const LayerSchema = v.object({
  chainId: DigestSchema,
  diffId: DigestSchema,
  parent: v.nullable(DigestSchema),
  size: CountSchema,
  tarSize: CountSchema,
  cacheId: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  opaqueRoot: v.boolean(),
});

export class LayerRecords {
  readonly #root: string;
  readonly #warn: (text: string) => void;

  /** @param warn hears of records that are damaged and what became of them */
  constructor(root: string, warn: (text: string) => void) {
    this.#root = root;
    this.#warn = warn;
  }

  /**
   * Clears away what was never finished. `damaged`: layers whose record can't be used, and why; each is to be written
   * anew or set aside.
   */
  load(): { layers: Map<ChainId, StoredLayer>; damaged: Map<ChainId, string> } {
    rmSync(join(this.#root, 'tmp'), { recursive: true, force: true });
    mkdirSync(join(this.#root, 'tmp'), { recursive: true, mode: 0o700 });
    const layers = new Map<ChainId, StoredLayer>();
    const damaged = new Map<ChainId, string>();
    for (const algorithm of ['sha256', 'sha512']) {
      const folder = join(this.#root, algorithm);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      for (const hex of readdirSync(folder)) {
        const chainId = `${algorithm}:${hex}`;
        if (!isDigest(chainId)) continue;
        const found = this.#read(join(folder, hex, 'layer.json'));
        if (found === null && !existsSync(join(folder, hex, 'split.zst')))
          rmSync(join(folder, hex), { recursive: true, force: true });
        else if (found === null) damaged.set(chainId, 'it is missing');
        else if ('problem' in found) damaged.set(chainId, found.problem);
        else if (found.chainId !== chainId) damaged.set(chainId, 'it is the record of another layer');
        else layers.set(chainId, found);
      }
    }
    return { layers, damaged };
  }

  /** Puts all that is known of a layer where nobody reads it. */
  setAside(chainId: ChainId, problem: string): void {
    this.#warn(moveAside(this.#folder(chainId), problem));
  }

  /** Writes a record that was damaged. */
  restore(layer: StoredLayer, problem: string): void {
    this.rewrite(layer);
    this.#warn(
      `the record of layer ${layer.chainId} can't be used (${problem}); it was made anew out of its files`,
    );
  }

  /** A place for the split of a layer that is being added. */
  begin(cacheId: string): { split: string; kept: string } {
    const folder = join(this.#root, 'tmp', cacheId);
    mkdirSync(folder, { mode: 0o700 });
    return { split: join(folder, 'split.zst'), kept: join(folder, 'kept') };
  }

  abandon(cacheId: string): void {
    rmSync(join(this.#root, 'tmp', cacheId), { recursive: true, force: true });
  }

  commit(layer: StoredLayer): void {
    const folder = join(this.#root, 'tmp', layer.cacheId);
    writeFileSync(join(folder, 'layer.json'), JSON.stringify(layer), { mode: 0o600, flag: 'wx' });
    const final = this.#folder(layer.chainId);
    rmSync(final, { recursive: true, force: true });
    renameSync(folder, final);
  }

  split(chainId: ChainId): { split: string; kept: string } {
    const folder = this.#folder(chainId);
    return { split: join(folder, 'split.zst'), kept: join(folder, 'kept') };
  }

  remove(layer: StoredLayer): void {
    const aside = join(this.#root, 'tmp', layer.cacheId);
    try {
      renameSync(this.#folder(layer.chainId), aside);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
    rmSync(aside, { recursive: true, force: true });
  }

  /** Whether the record on the disk is that of the layer. */
  isRight(layer: StoredLayer): boolean {
    const found = this.#read(join(this.#folder(layer.chainId), 'layer.json'));
    return isDeepStrictEqual(found, layer);
  }

  /** Writes the record anew. */
  rewrite(layer: StoredLayer): void {
    const folder = this.#folder(layer.chainId);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const fresh = join(folder, 'layer.json.new');
    writeFileSync(fresh, JSON.stringify(layer), { mode: 0o600 });
    renameSync(fresh, join(folder, 'layer.json'));
  }

  /** Paths below the root of what no layer has, nor one that is being added. */
  strays(layers: ReadonlyMap<ChainId, StoredLayer>, adding: ReadonlySet<string>): string[] {
    const found = readdirSync(join(this.#root, 'tmp'))
      .filter((name) => !adding.has(name))
      .map((name) => join('tmp', name));
    for (const algorithm of ['sha256', 'sha512'])
      for (const hex of readdirSync(join(this.#root, algorithm))) {
        const id = `${algorithm}:${hex}`;
        if (!isDigest(id) || !layers.has(id)) found.push(join(algorithm, hex));
      }
    return found;
  }

  /** @param path one of `strays` */
  discardStray(path: string): void {
    rmSync(join(this.#root, path), { recursive: true, force: true });
  }

  #folder(chainId: ChainId): string {
    return join(this.#root, chainId.slice(0, chainId.indexOf(':')), hexOf(chainId));
  }

  /** Null where there is none. */
  #read(file: string): StoredLayer | { readonly problem: string } | null {
    try {
      const parsed = v.safeParse(LayerSchema, JSON.parse(readFileSync(file, 'utf8')));
      return parsed.success ? parsed.output : { problem: v.summarize(parsed.issues) };
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
      return { problem: messageOf(error) };
    }
  }
}
