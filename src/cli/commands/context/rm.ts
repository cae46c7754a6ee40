import { messageOf } from '../../../errors/minke-error.ts';
import { command as define } from '../../command.ts';
import { ContextStore } from '../../config/context-store.ts';
import { saveConfig } from '../../config/save-config.ts';
import { contextName } from '../../connect.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { StatusError } from '../../status-error.ts';

export const command = define({
  usage: 'CONTEXT [CONTEXT...]',
  arity: { min: 1 },
  examples: ['minke context rm far'],
  completeArgs: ['contexts'],
  flags: { force: flag(bool, 'Even the one that is in use', { short: 'f' }) },
  async run(cli, { flags, args }) {
    const store = new ContextStore(cli.configDirectory);
    const failures: string[] = [];
    for (const name of args)
      try {
        if (name === 'default') throw new Error('context "default" cannot be removed');
        if (contextName(cli) === name) {
          if (!flags.force) throw new Error(`context "${name}" is in use, set -f flag to force remove`);
          const { currentContext: _before, ...rest } = cli.config.data;
          saveConfig(cli.config, rest);
        }
        if (!flags.force && !store.has(name)) throw new Error(`context "${name}" does not exist`);
        store.remove(name);
        cli.out.line(name);
      } catch (error) {
        failures.push(messageOf(error));
      }
    if (failures.length > 0) throw new StatusError(failures.join('\n'), 1);
    return 0;
  },
});
