/** Registries in memory: a double for tests of what stands on the driver. Every domain is a registry. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { invalid, notFound } from '../../../errors/minke-error.ts';
import { type Digest, isDigest, sha256 } from '../../../wire/digest.ts';
import type { Descriptor } from '../../../wire/oci-image.ts';
import type { RegistryCredentials } from '../../../wire/registry/auth-header.ts';
import {
  type Download,
  type OpenOptions,
  RegistryRefusal,
  type Remote,
  type RemoteManifest,
  type Repository,
  type RepositoryName,
  type SearchResult,
  type UploadSource,
} from '../contract.ts';

interface Stored {
  readonly blobs: Map<Digest, Buffer>;
  readonly manifests: Map<Digest, RemoteManifest>;
  readonly tags: Map<string, Digest>;
}

/** Its descriptor where its subject is that digest. */
function referring({ bytes, digest, mediaType, size }: RemoteManifest, to: Digest): Descriptor[] {
  const json = JSON.parse(bytes.toString());
  if (json.subject?.digest !== to) return [];
  return [{ digest, mediaType, size, artifactType: json.artifactType ?? json.config?.mediaType, urls: null }];
}

export class MemoryRemote implements Remote {
  readonly #repositories = new Map<string, Stored>();
  /** What was asked for, in words: `blob sha256:… 0`, `mount …`, `upload …`. */
  readonly asked: string[] = [];
  /** Stands before each answer: may throw, or answer other bytes of a blob. */
  tamper: (asked: string, bytes: Buffer) => Buffer | Readable = (_, bytes) => bytes;
  password: string | undefined;
  /** By address. */
  readonly files = new Map<string, Buffer>();

  /** `localhost:5000/app` */
  repository(name: string): Stored {
    const known = this.#repositories.get(name) ?? {
      blobs: new Map(),
      manifests: new Map(),
      tags: new Map(),
    };
    this.#repositories.set(name, known);
    return known;
  }

  async download(url: URL): Promise<Download> {
    const bytes = this.files.get(url.href);
    if (bytes === undefined) throw notFound(`failed to GET ${url.href} with status 404 Not Found`);
    return { stream: Readable.from([bytes]), size: bytes.length };
  }

  open(name: RepositoryName, { credentials }: OpenOptions): Repository {
    if (this.password !== undefined && credentials.password !== this.password)
      throw new RegistryRefusal('UNAUTHORIZED', 'unauthorized: authentication required');
    const stored = this.repository(`${name.domain}/${name.path}`);
    const ask = (text: string, bytes: Buffer = Buffer.alloc(0)): Buffer | Readable => {
      this.asked.push(text);
      return this.tamper(text, bytes);
    };
    const find = (reference: string): RemoteManifest | undefined => {
      const digest = isDigest(reference) ? reference : stored.tags.get(reference);
      return digest === undefined ? undefined : stored.manifests.get(digest);
    };
    return {
      enter: async () => {},
      manifest: async (reference) => {
        ask(`manifest ${reference}`);
        const found = find(reference);
        if (found === undefined)
          throw new RegistryRefusal('MANIFEST_UNKNOWN', 'manifest unknown: manifest unknown');
        return found;
      },
      describe: async (reference) => {
        ask(`describe ${reference}`);
        const found = find(reference);
        return found === undefined
          ? null
          : { digest: found.digest, mediaType: found.mediaType, size: found.size };
      },
      tags: async () => [...stored.tags.keys()],
      referrers: async (digest) => {
        ask(`referrers ${digest}`);
        return {
          manifests: [...stored.manifests.values()].flatMap((one) => referring(one, digest)),
          tag: null,
        };
      },
      blob: async (digest, offset) => {
        const bytes = stored.blobs.get(digest);
        if (bytes === undefined)
          throw new RegistryRefusal('BLOB_UNKNOWN', 'blob unknown: blob unknown to registry');
        const sent = ask(`blob ${digest} ${offset}`, bytes.subarray(offset));
        return {
          offset,
          stream: sent instanceof Readable ? sent : Readable.from([Buffer.from(sent)], { objectMode: false }),
        };
      },
      blobSize: async (digest) => {
        ask(`size ${digest}`);
        return stored.blobs.get(digest)?.length ?? null;
      },
      mount: async (digest, from) => {
        ask(`mount ${digest} ${from}`);
        const bytes = this.repository(`${name.domain}/${from}`).blobs.get(digest);
        if (bytes !== undefined) stored.blobs.set(digest, bytes);
        return bytes !== undefined;
      },
      upload: async (source: UploadSource, onBytes) => {
        ask(`upload ${source.digest}`);
        const bytes = await buffer(source.open(0));
        if (sha256(bytes) !== source.digest) throw invalid('digest invalid');
        onBytes(bytes.length);
        stored.blobs.set(source.digest, bytes);
      },
      putManifest: async (reference, { mediaType, bytes }) => {
        ask(`put ${reference}`);
        const digest = sha256(bytes);
        if (isDigest(reference) && digest !== reference) throw invalid('digest invalid');
        stored.manifests.set(digest, { digest, mediaType, size: bytes.length, bytes: Buffer.from(bytes) });
        if (!isDigest(reference)) stored.tags.set(reference, digest);
      },
    };
  }

  async login({ password, identityToken }: RegistryCredentials): Promise<string> {
    if (this.password !== undefined && password !== this.password)
      throw new RegistryRefusal('UNAUTHORIZED', 'unauthorized: authentication required');
    return identityToken;
  }

  async search(registry: string, { term, limit }: { term: string; limit: number }): Promise<SearchResult[]> {
    return [...this.#repositories.keys()]
      .filter((name) => name.startsWith(registry) && name.includes(term))
      .slice(0, limit)
      .map((name) => ({ name, description: '', stars: 0, official: false, automated: false }));
  }

  close(): void {}
}
