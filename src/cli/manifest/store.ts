/** Local lists of manifests below `~/.docker/manifests`: a folder a list, a file an image. Docker's client shares them. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { notFound, systemCode } from '../../errors/minke-error.ts';
import { type Reference, referenceString } from '../../kit/reference/reference.ts';
import { type ImageManifest, manifestText, parseManifestFile } from './image-manifest.ts';

/** The grammar of references leaves nothing in it that means something in a path. */
const fileName = (ref: Reference): string => referenceString(ref).replaceAll(':', '-').replaceAll('/', '_');

const missing = (ref: Reference): Error => notFound(`No such manifest: ${referenceString(ref)}`);

export class ManifestStore {
  readonly #root: string;

  constructor(configDirectory: string) {
    this.#root = join(configDirectory, 'manifests');
  }

  /** `not-found` where the list has no such image. */
  async get(list: Reference, image: Reference): Promise<ImageManifest> {
    return this.#read(join(this.#folder(list), fileName(image)), image);
  }

  /** In the order of their files. `not-found` where there is no such list. */
  async list(list: Reference): Promise<ImageManifest[]> {
    const folder = this.#folder(list);
    const names = await readdir(folder).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') throw missing(list);
      throw error;
    });
    const manifests: ImageManifest[] = [];
    for (const name of names.filter((one) => !one.endsWith('.tmp')).sort())
      manifests.push(await this.#read(join(folder, name), list));
    return manifests;
  }

  async save(list: Reference, image: Reference, manifest: ImageManifest): Promise<void> {
    const folder = this.#folder(list);
    await mkdir(folder, { recursive: true, mode: 0o755 });
    const path = join(folder, fileName(image));
    const fresh = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await writeFile(fresh, manifestText(manifest), { mode: 0o644, flag: 'wx' });
      await rename(fresh, path);
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
  }

  async remove(list: Reference): Promise<void> {
    await rm(this.#folder(list), { recursive: true, force: true });
  }

  #folder(list: Reference): string {
    return join(this.#root, fileName(list));
  }

  async #read(path: string, named: Reference): Promise<ImageManifest> {
    const content = await readFile(path, 'utf8').catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') throw missing(named);
      throw error;
    });
    return parseManifestFile(content, path);
  }
}
