import { isKind, messageOf } from '../../../errors/minke-error.ts';
import { type Reference, referenceString } from '../../../kit/reference/reference.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { insecureFlag } from '../../manifest/flags.ts';
import { namedReference, withRegistry } from '../../manifest/registry.ts';
import { ManifestStore } from '../../manifest/store.ts';

const orNothing = (error: unknown): undefined => {
  if (!isKind(error, 'not-found')) throw error;
};

function parseList(text: string): Reference {
  try {
    return namedReference(text);
  } catch (error) {
    throw new Error(`error parsing name for manifest list ${text}: ${messageOf(error)}`, { cause: error });
  }
}

export const command = define({
  usage: 'MANIFEST_LIST MANIFEST [MANIFEST...]',
  arity: { min: 2 },
  examples: [
    'minke manifest create registry.example/app:1 registry.example/app:amd64 registry.example/app:arm64',
  ],
  flags: {
    amend: flag(bool, 'Add to a list that is there', { short: 'a' }),
    insecure: insecureFlag,
  },
  async run(cli, { flags, args }) {
    const [name = '', ...images] = args;
    const list = parseList(name);
    const store = new ManifestStore(cli.configDirectory);
    const before = await store.list(list).catch(orNothing);
    if (before !== undefined && !flags.amend)
      throw new Error('refusing to amend an existing manifest list with no --amend flag');
    const refs = images.map(namedReference);
    await withRegistry(cli, flags.insecure ? refs : [], async (registry) => {
      for (const ref of refs) {
        const known = await store.get(list, ref).catch(orNothing);
        await store.save(list, ref, known ?? (await registry.image(ref)));
      }
    });
    cli.out.line(`Created manifest list ${referenceString(list)}`);
    return 0;
  },
});
