import { command as define } from '../../command.ts';
import { inspectContext } from '../../config/context-list.ts';
import { contextName } from '../../connect.ts';
import { inspectFormat } from '../../format/flags.ts';
import { inspectObjects } from '../../inspect/inspect.ts';

export const command = define({
  usage: '[OPTIONS] [CONTEXT] [CONTEXT...]',
  arity: { min: 0 },
  examples: ["minke context inspect -f '{{.Endpoints.docker.Host}}'"],
  completeArgs: ['contexts'],
  flags: { format: inspectFormat },
  async run(cli, { flags, args }) {
    const names = args.length === 0 ? [contextName(cli)] : args;
    return inspectObjects(cli, names, flags.format, async (name) => ({ source: inspectContext(cli, name) }));
  },
});
