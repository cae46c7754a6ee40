import { messageOf } from '../../../errors/minke-error.ts';
import { command as define } from '../../command.ts';
import { namedReference } from '../../manifest/registry.ts';
import { ManifestStore } from '../../manifest/store.ts';

export const command = define({
  usage: 'MANIFEST_LIST [MANIFEST_LIST...]',
  arity: { min: 1 },
  examples: ['minke manifest rm registry.example/app:1'],
  flags: {},
  async run(cli, { args }) {
    const store = new ManifestStore(cli.configDirectory);
    const failures: string[] = [];
    for (const name of args)
      try {
        const list = namedReference(name);
        await store.list(list);
        await store.remove(list);
      } catch (error) {
        failures.push(messageOf(error));
      }
    if (failures.length > 0) throw new Error(failures.join('\n'));
    return 0;
  },
});
