/** A layer's archive to files and a split, in one pass. Synchronous, as `Extractor`. */
import { createHash } from 'node:crypto';
import { mkdirSync, statfsSync } from 'node:fs';
import { internal } from '../../errors/minke-error.ts';
import type { TarHeader } from '../../kit/tar/header.ts';
import { TarParser } from '../../kit/tar/parser.ts';
import { closeFd, openTrusted, renameAt } from '../safepath/calls.ts';
import { O_CREAT, O_DIRECTORY, O_EXCL, O_PATH, O_WRONLY } from '../safepath/flags.ts';
import { isOpaque } from '../tree/overlay-marks.ts';
import type { LayerExtract, LayerExtracted } from './contract.ts';
import { Extractor } from './extractor.ts';
import type { Place } from './parents.ts';
import { SplitWriter } from './split.ts';

/** Bytes of archive between two looks at the disk, and what must be free on it. */
const checkEvery = 16 << 20;
const reserve = 64 << 20;

export class LayerExtractor {
  readonly #root: number;
  readonly #splitFd: number;
  readonly #kept: string;
  readonly #whiteouts: LayerExtract['whiteouts'];
  readonly #hash = createHash('sha256');
  readonly #split: SplitWriter;
  readonly #extractor: Extractor;
  readonly #parser: TarParser;
  readonly #path: string;
  #sinceCheck = 0;
  #keptDir = -1;
  #keptCount = 0;

  /** File whose content comes now; null: content goes into the split as it is. */
  #file: { path: string; header: TarHeader } | null = null;

  constructor(layer: LayerExtract) {
    this.#path = layer.root;
    this.#kept = layer.kept;
    this.#whiteouts = layer.whiteouts;
    this.#root = openTrusted(layer.root, O_PATH | O_DIRECTORY);
    try {
      this.#splitFd = openTrustedFile(layer.split);
    } catch (error) {
      closeFd(this.#root);
      throw error;
    }
    this.#split = new SplitWriter(this.#splitFd);
    this.#extractor = new Extractor(
      this.#root,
      { whiteouts: layer.whiteouts, links: 'none' },
      {
        onFile: (path, header) => {
          this.#file = { path, header };
        },
        onReplace: (place) => this.#keep(place),
      },
    );
    this.#parser = new TarParser({
      entry: (header) => {
        this.#file = null;
        this.#extractor.entry(header);
        this.#noteContent();
      },
      data: (chunk, offset) => {
        if (this.#file === null) this.#split.bytes(chunk);
        this.#extractor.data(chunk, offset);
      },
      entryEnd: () => this.#extractor.entryEnd(),
      framing: (bytes) => this.#split.bytes(bytes),
    });
  }

  write(chunk: Buffer): void {
    this.#sinceCheck += chunk.length;
    if (this.#sinceCheck >= checkEvery) this.#checkSpace();
    this.#hash.update(chunk);
    this.#parser.write(chunk);
  }

  finish(): LayerExtracted {
    this.#parser.end();
    this.#extractor.finish();
    this.#split.finish();
    return {
      digest: `sha256:${this.#hash.digest('hex')}`,
      tarSize: this.#parser.bytes,
      size: this.#extractor.size,
      tellsRoot: this.#extractor.tellsRoot,
      opaqueRoot: this.#whiteouts === 'overlay' && isOpaque({ dir: this.#root, name: '.' }),
    };
  }

  close(): void {
    this.#extractor.close();
    closeFd(this.#root);
    closeFd(this.#splitFd);
    if (this.#keptDir !== -1) closeFd(this.#keptDir);
  }

  /** A layer that fills the disk must not take the engine's own records with it. */
  #checkSpace(): void {
    this.#sinceCheck = 0;
    const { bavail, bsize } = statfsSync(this.#path);
    if (bavail * bsize < reserve)
      throw internal(
        `no space left on device: less than ${reserve >> 20} MiB would be left for the engine itself`,
      );
  }

  #noteContent(): void {
    if (this.#file === null) return;
    const { path, header } = this.#file;
    if (header.sparse !== null)
      for (const { offset, length } of header.sparse) {
        if (length > 0) this.#split.content(path, offset, length);
      }
    else if (header.size > 0) this.#split.content(path, 0, header.size);
  }

  /** A later entry takes this one's place, but its content belongs to the archive. */
  #keep({ dir, name, path }: Place): boolean {
    if (this.#keptDir === -1) {
      mkdirSync(this.#kept, { recursive: true, mode: 0o700 });
      this.#keptDir = openTrusted(this.#kept, O_PATH | O_DIRECTORY);
    }
    const number = this.#keptCount++;
    renameAt(dir, name, this.#keptDir, String(number));
    this.#split.kept(path, number);
    return true;
  }
}

const openTrustedFile = (path: string): number => openTrusted(path, O_WRONLY | O_CREAT | O_EXCL, 0o600);
