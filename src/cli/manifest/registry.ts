/** Registries as lists of manifests need them: the command line asks them itself, no daemon is needed. */
import { buffer } from 'node:stream/consumers';
import * as v from 'valibot';
import { RegistryRefusal, type Repository } from '../../drivers/remote/contract.ts';
import { Distribution } from '../../drivers/remote/distribution/distribution.ts';
import { proxiesOf } from '../../drivers/remote/distribution/proxy.ts';
import { internal, invalid, notFound } from '../../errors/minke-error.ts';
import {
  parseReference,
  type Reference,
  referenceString,
  withDefaultTag,
} from '../../kit/reference/reference.ts';
import { type Digest, sha256, sha512 } from '../../wire/digest.ts';
import { parseManifest } from '../../wire/oci-document.ts';
import { type Descriptor, documentLimits, type Manifest } from '../../wire/oci-image.ts';
import { anonymous, type RegistryCredentials } from '../../wire/registry/auth-header.ts';
import type { Cli } from '../cli.ts';
import { serverOf } from '../config/credentials.ts';
import { knownCredentials } from '../config/known-credentials.ts';
import { clientVersion } from '../version.ts';
import { type ImageManifest, type ManifestPlatform, PlatformSchema } from './image-manifest.ts';

/** As docker reads names here: a digest needs no tag. */
export const namedReference = (text: string): Reference => withDefaultTag(parseReference(text));

/** Refusals that say only that it is not there, or not for us. */
const absent: readonly string[] = ['UNAUTHORIZED', 'MANIFEST_UNKNOWN', 'NAME_UNKNOWN'];

export type Found =
  | { readonly kind: 'manifest'; readonly manifest: ImageManifest }
  | { readonly kind: 'list'; readonly manifests: readonly ImageManifest[] };

export class ManifestRegistry {
  readonly #cli: Cli;
  readonly #remote: Distribution;
  readonly #signal = new AbortController().signal;

  constructor(cli: Cli, insecure: readonly string[]) {
    this.#cli = cli;
    const settings = {
      insecure,
      mirrors: new Map(),
      certsFolder: '/etc/docker/certs.d',
      proxies: proxiesOf(cli.env),
      authHosts: [],
    };
    this.#remote = new Distribution({ settings: () => settings, userAgent: `Minke-Client/${clientVersion}` });
  }

  /** `not-found` "no such manifest: …" where the registry has none, or does not show it. */
  async find(ref: Reference): Promise<Found> {
    const repository = await this.#open(ref, 'pull', []);
    const reference = ref.tag ?? ref.digest ?? '';
    const document = await repository.manifest(reference, this.#signal).catch((error: unknown) => {
      if (error instanceof RegistryRefusal && absent.includes(error.code))
        throw notFound(`no such manifest: ${referenceString(ref)}`, error);
      throw error;
    });
    if (ref.digest !== undefined && ref.digest !== document.digest)
      throw invalid(`manifest verification failed for digest ${ref.digest}`);
    const parsed = parseManifest(document.bytes, document.mediaType);
    if (parsed.kind === 'manifest') {
      const { mediaType, manifest } = parsed;
      const one = { digest: document.digest, mediaType, bytes: document.bytes, manifest };
      return { kind: 'manifest', manifest: await this.#image(repository, ref, one) };
    }
    const manifests: ImageManifest[] = [];
    for (const descriptor of parsed.index.manifests)
      manifests.push(await this.#child(repository, { ...ref, digest: descriptor.digest }, descriptor));
    return { kind: 'list', manifests };
  }

  /** The same for an image alone. */
  async image(ref: Reference): Promise<ImageManifest> {
    const found = await this.find(ref);
    if (found.kind === 'list') throw invalid(`${referenceString(ref)} is a manifest list`);
    return found.manifest;
  }

  /** For writing. `from`: repositories of the same registry that blobs are taken over from. */
  target(ref: Reference, from: readonly string[]): Promise<Repository> {
    return this.#open(ref, 'push', from);
  }

  close(): void {
    this.#remote.close();
  }

  async #open(ref: Reference, actions: 'pull' | 'push', alsoPull: readonly string[]): Promise<Repository> {
    return this.#remote.open(ref, { actions, alsoPull, credentials: await this.#credentials(ref) });
  }

  async #credentials({ domain }: Reference): Promise<RegistryCredentials> {
    const server = serverOf(domain);
    const found = await knownCredentials(this.#cli, server);
    return { ...anonymous, ...found, serverAddress: server };
  }

  async #child(repository: Repository, ref: Reference, descriptor: Descriptor): Promise<ImageManifest> {
    const { digest, bytes, mediaType } = await repository.manifest(descriptor.digest, this.#signal);
    const parsed = parseManifest(bytes, mediaType);
    if (parsed.kind !== 'manifest') throw invalid(`unsupported manifest type: ${parsed.mediaType}`);
    const { manifest } = parsed;
    const image = await this.#image(repository, ref, {
      digest,
      mediaType: parsed.mediaType,
      bytes,
      manifest,
    });
    // What the list says counts before what the config says.
    const platform = v.parse(PlatformSchema, descriptor.platform ?? {});
    return { ...image, descriptor: { ...image.descriptor, platform } };
  }

  async #image(
    repository: Repository,
    ref: Reference,
    one: { digest: Digest; mediaType: string; bytes: Buffer; manifest: Manifest },
  ): Promise<ImageManifest> {
    const { digest, mediaType, bytes, manifest } = one;
    const platform = await this.#platform(repository, manifest.config);
    return { ref, descriptor: { mediaType, digest, size: bytes.length, platform }, raw: bytes };
  }

  /** As the config says. */
  async #platform(repository: Repository, { digest, size }: Descriptor): Promise<ManifestPlatform> {
    if (size > documentLimits.config)
      throw invalid(`image config is larger than ${documentLimits.config} bytes`);
    const { stream } = await repository.blob(digest, 0, this.#signal);
    const limited = async function* (): AsyncGenerator<Buffer> {
      let read = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        read += chunk.length;
        if (read > size) throw invalid(`image config is longer than its ${size} bytes`);
        yield chunk;
      }
    };
    const bytes = await buffer(limited());
    if ((digest.startsWith('sha512:') ? sha512 : sha256)(bytes) !== digest)
      throw internal(`image config verification failed for digest ${digest}`);
    const parsed = v.safeParse(PlatformSchema, JSON.parse(bytes.toString()));
    if (!parsed.success) throw invalid(`invalid image config ${digest}`);
    return parsed.output;
  }
}

/** Opens registries for the length of one command. */
export async function withRegistry<T>(
  cli: Cli,
  insecure: readonly Reference[],
  work: (registry: ManifestRegistry) => Promise<T>,
): Promise<T> {
  const registry = new ManifestRegistry(
    cli,
    insecure.map(({ domain }) => domain),
  );
  try {
    return await work(registry);
  } finally {
    registry.close();
  }
}
