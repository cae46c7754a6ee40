import { loadImages } from '../../../client/images/load.ts';
import { command as define } from '../../command.ts';
import { openSource } from '../../files/source.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { slice } from '../../flags/list-kinds.ts';
import { platformArgument } from '../../images/platform.ts';
import { showProgress } from '../../progress/show.ts';

/** The file, or standard input where that is no terminal. */
function source(path: string): AsyncIterable<Uint8Array> {
  if (path === '' && process.stdin.isTTY === true)
    throw new Error('requested load from stdin, but stdin is empty');
  if (path === '') return process.stdin;
  return openSource(path);
}

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke load -i image.tar'],
  flags: {
    input: flag(string, 'Read from this file, not from standard input', { short: 'i', complete: 'files' }),
    platform: flag(slice, 'Only this platform (os[/arch[/variant]])'),
    quiet: flag(bool, 'Say nothing while loading', { short: 'q' }),
  },
  async run(cli, { flags }) {
    const tar = source(flags.input);
    const response = await loadImages(await cli.client(), tar, {
      quiet: flags.quiet || !cli.out.isTerminal,
      platforms: flags.platform.map((platform) => platformArgument(platform) ?? ''),
    });
    if (response.headers.get('content-type')?.includes('json')) await showProgress(response.body, cli.out);
    else for await (const chunk of response.body) cli.out.text(chunk.toString());
    return 0;
  },
});
