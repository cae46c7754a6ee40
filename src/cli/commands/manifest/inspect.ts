import { isKind, messageOf } from '../../../errors/minke-error.ts';
import type { Reference } from '../../../kit/reference/reference.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { insecureFlag } from '../../manifest/flags.ts';
import {
  type ImageManifest,
  plainText,
  verboseListText,
  verboseText,
} from '../../manifest/image-manifest.ts';
import { listDocument } from '../../manifest/list-document.ts';
import { type Found, namedReference, withRegistry } from '../../manifest/registry.ts';
import { ManifestStore } from '../../manifest/store.ts';

const shownImage = (manifest: ImageManifest, options: { verbose: boolean; isKept: boolean }): string =>
  options.verbose ? verboseText(manifest) : plainText(manifest, options.isKept);

function shownList(ref: Reference, manifests: readonly ImageManifest[], verbose: boolean): string {
  if (verbose) return verboseListText(manifests);
  try {
    return listDocument(ref, manifests).bytes.toString();
  } catch (error) {
    throw new Error(`failed to assemble ManifestDescriptor: ${messageOf(error)}`, { cause: error });
  }
}

export const command = define({
  usage: '[OPTIONS] [MANIFEST_LIST] MANIFEST',
  arity: { min: 1, max: 2 },
  examples: ['minke manifest inspect debian:13', 'minke manifest inspect --verbose debian:13'],
  flags: {
    insecure: insecureFlag,
    verbose: flag(bool, 'Also the reference, the platform and the bytes', { short: 'v' }),
  },
  async run(cli, { flags, args }) {
    const ref = namedReference(args.at(-1) ?? '');
    const store = new ManifestStore(cli.configDirectory);
    if (args.length === 2) {
      const kept = await store.get(namedReference(args[0] ?? ''), ref);
      cli.out.line(shownImage(kept, { verbose: flags.verbose, isKept: true }));
      return 0;
    }
    const local = await store.list(ref).catch((error: unknown) => {
      if (!isKind(error, 'not-found')) throw error;
    });
    const found: Found =
      local === undefined
        ? await withRegistry(cli, flags.insecure ? [ref] : [], (registry) => registry.find(ref))
        : { kind: 'list', manifests: local };
    cli.out.line(
      found.kind === 'manifest'
        ? shownImage(found.manifest, { verbose: flags.verbose, isKept: false })
        : shownList(ref, found.manifests, flags.verbose),
    );
    return 0;
  },
});
