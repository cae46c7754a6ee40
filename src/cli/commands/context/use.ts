import { command as define } from '../../command.ts';
import { warnAboutEnvironment } from '../../config/context-list.ts';
import { ContextStore, checkContextName } from '../../config/context-store.ts';
import { saveConfig } from '../../config/save-config.ts';

export const command = define({
  usage: 'CONTEXT',
  arity: { min: 1, max: 1 },
  examples: ['minke context use far'],
  completeArgs: ['contexts'],
  flags: {},
  async run(cli, { args }) {
    const [name = ''] = args;
    if (name !== 'default') {
      checkContextName(name);
      new ContextStore(cli.configDirectory).get(name);
    }
    const { currentContext: _before, ...rest } = cli.config.data;
    saveConfig(cli.config, name === 'default' ? rest : { ...rest, currentContext: name });
    cli.out.line(name);
    cli.err.line(`Current context is now "${name}"`);
    if (name !== 'default') warnAboutEnvironment(cli, name);
    return 0;
  },
});
