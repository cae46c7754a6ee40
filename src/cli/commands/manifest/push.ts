import type { Repository } from '../../../drivers/remote/contract.ts';
import { nameOf, type Reference, referenceString } from '../../../kit/reference/reference.ts';
import { sha256 } from '../../../wire/digest.ts';
import type { Cli } from '../../cli.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { insecureFlag } from '../../manifest/flags.ts';
import { documentOf, type ImageManifest } from '../../manifest/image-manifest.ts';
import { checkPlatforms, listDocument } from '../../manifest/list-document.ts';
import { namedReference, withRegistry } from '../../manifest/registry.ts';
import { ManifestStore } from '../../manifest/store.ts';

const signal = new AbortController().signal;

/** The repository takes the image's blobs over from the one that it lies in. */
async function mountBlobs(repository: Repository, target: Reference, image: ImageManifest): Promise<void> {
  const { config, layers } = documentOf(image);
  for (const { digest } of [config, ...layers]) {
    const isThere = await repository.mount(digest, image.ref.path, signal);
    if (!isThere && image.descriptor.platform?.os !== 'windows')
      throw new Error(`error mounting ${image.ref.path}@${digest} to ${referenceString(target)}`);
  }
}

async function pushImage(
  cli: Cli,
  repository: Repository,
  target: Reference,
  image: ImageManifest,
): Promise<void> {
  const { digest, mediaType } = image.descriptor;
  await repository.putManifest(digest, { mediaType, bytes: image.raw }, signal);
  cli.out.line(`Pushed ref ${nameOf(target)}@${digest} with digest: ${digest}`);
}

export const command = define({
  usage: '[OPTIONS] MANIFEST_LIST',
  arity: { min: 1, max: 1 },
  examples: ['minke manifest push --purge registry.example/app:1'],
  flags: {
    insecure: insecureFlag,
    purge: flag(bool, 'Remove the local list afterwards', { short: 'p' }),
  },
  async run(cli, { flags, args }) {
    const target = namedReference(args[0] ?? '');
    const store = new ManifestStore(cli.configDirectory);
    const manifests = await store.list(target);
    if (manifests.length === 0) throw new Error(`${referenceString(target)} not found`);
    checkPlatforms(manifests);
    const document = listDocument(target, manifests);
    const elsewhere = manifests.filter(({ ref }) => ref.path !== target.path);
    await withRegistry(cli, flags.insecure ? [target] : [], async (registry) => {
      const from = [...new Set(elsewhere.map(({ ref }) => ref.path))];
      const repository = await registry.target(target, from);
      for (const image of elsewhere) await mountBlobs(repository, target, image);
      for (const image of elsewhere) await pushImage(cli, repository, target, image);
      await repository.putManifest(target.tag ?? target.digest ?? '', document, signal);
    });
    cli.out.line(sha256(document.bytes));
    if (flags.purge) await store.remove(target);
    return 0;
  },
});
