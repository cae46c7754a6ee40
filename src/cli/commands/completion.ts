import { command as define } from '../command.ts';
import { completionScript, shells } from '../completion/scripts.ts';

export const command = define({
  usage: 'bash|zsh|fish',
  arity: { min: 1, max: 1 },
  examples: ['minke completion bash'],
  description:
    'Write a script that completes commands, flags and names in a shell\n\nBash:  source <(minke completion bash)\nZsh:   source <(minke completion zsh)\nFish:  minke completion fish | source',
  flags: {},
  async run(cli, { args }) {
    const shell = shells.find((name) => name === args[0]);
    if (shell === undefined)
      throw new Error(`unknown shell ${JSON.stringify(args[0])}: one of ${shells.join(', ')}`);
    cli.out.raw(completionScript(shell, cli.program));
    return 0;
  },
});
