import { buffer } from 'node:stream/consumers';
import { PassingFailure, type Repository } from '../../../drivers/remote/contract.ts';
import { internal, invalid, MinkeError, messageOf } from '../../../errors/minke-error.ts';
import { type Digest, sha256, sha512 } from '../../../wire/digest.ts';
import { parseImageConfig } from '../../../wire/oci-document.ts';
import { documentLimits, type ImageConfig, type Manifest } from '../../../wire/oci-image.ts';
import type { ImageParts } from '../parts.ts';
import { type RetryRules, withRetries } from '../transfer/retry.ts';
import { LayerProgress } from '../transfer/transfer-progress.ts';

export interface FetchedConfig {
  /** The image's id. */
  readonly id: Digest;
  readonly config: ImageConfig;
  readonly bytes: Buffer;
}

/** The image's config: as it is here already, or from the registry. Throws `invalid` where it isn't that image's. */
export async function fetchConfig(
  parts: ImageParts,
  repository: Repository,
  { config: descriptor, layers }: Manifest,
  rules: RetryRules,
): Promise<FetchedConfig> {
  const { digest, size } = descriptor;
  if (size > documentLimits.config)
    throw invalid(`image config is larger than ${documentLimits.config} bytes`);
  const known = parts.catalog.get(digest) === undefined ? null : await parts.catalog.config(digest);
  const bytes =
    known ??
    (await withRetries(
      async () => {
        const { stream } = await repository.blob(digest, 0, rules.signal);
        return readConfig(stream, size).catch((error: unknown) => {
          if (error instanceof MinkeError) throw error;
          throw new PassingFailure(`unexpected end of ${digest}: ${messageOf(error)}`, { cause: error });
        });
      },
      () => 0,
      rules,
      new LayerProgress(() => {}, digest, null),
    ));
  const actual = (digest.startsWith('sha512:') ? sha512 : sha256)(bytes);
  if (actual !== digest) throw internal(`image config verification failed for digest ${digest}`);
  const { id, config } = parseImageConfig(bytes);
  if (config.os !== 'linux')
    throw invalid(
      `cannot download image with operating system ${JSON.stringify(config.os)} when requesting "linux"`,
    );
  if (config.rootfs.diff_ids.length !== layers.length)
    throw invalid("layers from manifest don't match image configuration");
  return { id, config, bytes };
}

async function readConfig(stream: AsyncIterable<Buffer>, size: number): Promise<Buffer> {
  const limited = async function* (): AsyncGenerator<Buffer> {
    let read = 0;
    for await (const chunk of stream) {
      read += chunk.length;
      if (read > size) throw invalid(`image config is longer than its ${size} bytes`);
      yield chunk;
    }
  };
  return buffer(limited());
}
