import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import * as v from 'valibot';
import { applyChanges } from '../../kit/changes/apply.ts';
import { writeImageArchive } from '../../kit/image-archive/write.ts';
import { goArchitecture } from '../../kit/platform/architecture.ts';
import { parseReference, withDefaultTag } from '../../kit/reference/reference.ts';
import { writeTar } from '../../kit/tar/write-tar.ts';
import { sha256 } from '../../wire/digest.ts';
import { DigestSchema } from '../../wire/oci-image.ts';
import { layerEntries } from './layer.ts';
import { bootstrap } from './mmdebstrap.ts';
import { type Recipe, recipeFor } from './recipes.ts';
import { dpkgExcludes } from './slim.ts';
import { aptSources } from './sources.ts';

export interface DebianOptions {
  readonly packages: readonly string[];
  readonly tag: string;
  /** Debian's suite; the machine's own where undefined. */
  readonly suite?: string;
  /** Dockerfile lines after those of the recipe. */
  readonly changes: readonly string[];
  /** Where layers are kept between runs. */
  readonly cache: string;
  /** A kept layer that is older is made anew; seconds. */
  readonly maxAge: number;
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

const LayerSchema = v.object({
  diffId: DigestSchema,
  size: v.number(),
  epoch: v.number(),
  suite: v.string(),
});
type Layer = v.InferOutput<typeof LayerSchema>;

/** Raised when the maker changes so that kept layers would differ. */
const VERSION = 2;
const DAY = 86_400;

async function keptLayer(folder: string, maxAge: number): Promise<Layer | undefined> {
  try {
    const path = join(folder, 'layer.json');
    const age = (Date.now() - (await stat(path)).mtimeMs) / 1000;
    return age > maxAge ? undefined : v.parse(LayerSchema, JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

async function makeLayer(folder: string, options: DebianOptions, recipe: Recipe): Promise<Layer> {
  const sources = await aptSources(options.suite);
  // The same packages give the same bytes as long as the archive stays as it is.
  const epoch = sources.released || Math.floor(Date.now() / 1000 / DAY) * DAY;
  const fresh = `${folder}.${process.pid}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  try {
    const hash = createHash('sha256');
    let size = 0;
    const additions = [{ path: 'etc/dpkg/dpkg.cfg.d/slim', content: dpkgExcludes }, ...recipe.additions];
    await bootstrap({ ...options, sources, before: recipe.before, epoch }, (tar) =>
      pipeline(
        writeTar(layerEntries(tar, { epoch, additions })),
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            size += chunk.length;
            yield chunk;
          }
        },
        createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
        createWriteStream(join(fresh, 'layer.tar.zst')),
      ),
    );
    const digest = v.parse(DigestSchema, `sha256:${hash.digest('hex')}`);
    const layer: Layer = { diffId: digest, size, epoch, suite: sources.suite };
    await writeFile(join(fresh, 'layer.json'), JSON.stringify(layer));
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
    return layer;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

function configOf(layer: Layer, options: DebianOptions, recipe: Recipe): Buffer {
  const created = new Date(layer.epoch * 1000).toISOString();
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const config = applyChanges({ Env: [path] }, [...recipe.changes, ...options.changes]);
  return Buffer.from(
    JSON.stringify({
      architecture: goArchitecture(process.arch),
      config,
      created,
      history: [{ created, created_by: ['debian', layer.suite, ...options.packages].join(' ') }],
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: [layer.diffId] },
    }),
  );
}

/** Debian with packages, as an image tar for `load`. Seconds of work are kept: the next time costs none. */
export async function makeDebian(options: DebianOptions): Promise<Readable> {
  for (const name of options.packages) {
    if (!/^[a-z0-9][a-z0-9+.-]+$/.test(name)) throw new Error(`not a package name: ${JSON.stringify(name)}`);
  }
  const tag = withDefaultTag(parseReference(options.tag));
  const recipe = recipeFor(options.packages);
  const wanted = [VERSION, options.suite ?? '', process.arch, [...options.packages].sort(), recipe];
  const folder = join(options.cache, sha256(JSON.stringify(wanted)).slice(7, 7 + 32));
  const layer = (await keptLayer(folder, options.maxAge)) ?? (await makeLayer(folder, options, recipe));
  return writeImageArchive([
    {
      config: configOf(layer, options, recipe),
      layers: [
        {
          diffId: layer.diffId,
          size: layer.size,
          open: () => createReadStream(join(folder, 'layer.tar.zst')).pipe(createZstdDecompress()),
        },
      ],
      tags: [tag],
    },
  ]);
}
