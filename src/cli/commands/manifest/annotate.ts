import { isKind, messageOf } from '../../../errors/minke-error.ts';
import type { Reference } from '../../../kit/reference/reference.ts';
import { command as define } from '../../command.ts';
import { string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { slice } from '../../flags/list-kinds.ts';
import type { ManifestPlatform } from '../../manifest/image-manifest.ts';
import { isKnownPlatform } from '../../manifest/known-platforms.ts';
import { namedReference } from '../../manifest/registry.ts';
import { ManifestStore } from '../../manifest/store.ts';

const none: ManifestPlatform = { architecture: '', os: '', 'os.version': '', 'os.features': [], variant: '' };

function parse(what: string, text: string): Reference {
  try {
    return namedReference(text);
  } catch (error) {
    throw new Error(`annotate: error parsing name for ${what} ${text}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

export const command = define({
  usage: '[OPTIONS] MANIFEST_LIST MANIFEST',
  arity: { min: 2, max: 2 },
  examples: ['minke manifest annotate --arch arm64 registry.example/app:1 registry.example/app:arm64'],
  flags: {
    arch: flag(string, 'Architecture'),
    os: flag(string, 'Operating system'),
    'os-features': flag(slice, 'Features of the operating system that it needs'),
    'os-version': flag(string, 'Version of the operating system'),
    variant: flag(string, 'Variant of the architecture'),
  },
  async run(cli, { flags, args }) {
    const [listName = '', imageName = ''] = args;
    const list = parse('manifest list', listName);
    const image = parse('manifest', imageName);
    const store = new ManifestStore(cli.configDirectory);
    const kept = await store.get(list, image).catch((error: unknown) => {
      if (isKind(error, 'not-found'))
        throw new Error(`manifest for image ${imageName} does not exist in ${listName}`);
      throw error;
    });
    const before = kept.descriptor.platform ?? none;
    const platform: ManifestPlatform = {
      architecture: flags.arch || before.architecture,
      os: flags.os || before.os,
      'os.version': flags['os-version'] || before['os.version'],
      'os.features': [...new Set([...before['os.features'], ...flags['os-features']])],
      variant: flags.variant || before.variant,
    };
    if (!isKnownPlatform(platform.os, platform.architecture))
      throw new Error(
        `manifest entry for image has unsupported os/arch combination: ${flags.os}/${flags.arch}`,
      );
    await store.save(list, image, { ...kept, descriptor: { ...kept.descriptor, platform } });
    return 0;
  },
});
