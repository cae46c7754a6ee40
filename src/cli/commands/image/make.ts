import { loadImages } from '../../../client/images/load.ts';
import { command as define } from '../../command.ts';
import { bodyToFile, checkOutputPath } from '../../files/sink.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { list, slice } from '../../flags/list-kinds.ts';
import { makeDebian } from '../../image-make/debian.ts';
import { keptBelow, keptFor } from '../../image-make/kept.ts';
import { showProgress } from '../../progress/show.ts';
import { StatusError } from '../../status-error.ts';

export const command = define({
  usage: '[OPTIONS] debian',
  arity: { min: 1, max: 1 },
  description:
    'Make an image without a registry, out of the packages of Debian (needs mmdebstrap and root), and load it.',
  examples: [
    'minke image make debian',
    'minke image make debian --packages nginx -t web:1',
    'minke image make debian --packages postgresql,locales -o postgres.tar',
  ],
  flags: {
    change: flag(list, 'Set something of the image by a Dockerfile instruction', { short: 'c' }),
    fresh: flag(bool, 'Make it anew, though one of the last week is kept'),
    output: flag(string, 'Write it to this file, do not load it', { short: 'o', complete: 'files' }),
    packages: flag(slice, 'Packages to install, with what they need'),
    quiet: flag(bool, 'Say nothing while it is made', { short: 'q' }),
    suite: flag(string, "Debian's release (default: the one of this machine)"),
    tag: flag(string, 'Name of the image (default: its first package, else debian)', { short: 't' }),
  },
  async run(cli, { flags, args }) {
    if (args[0] !== 'debian')
      throw new Error(`images can be made of debian only, not of ${JSON.stringify(args[0])}`);
    const { packages, suite, output, quiet } = flags;
    if (output !== '') checkOutputPath(output);
    const stop = new AbortController();
    const onSignal = (): void => stop.abort();
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
    try {
      const archive = await makeDebian({
        packages,
        tag: flags.tag || packages[0] || 'debian',
        changes: flags.change,
        cache: keptBelow(cli.env),
        maxAge: flags.fresh ? 0 : keptFor,
        signal: stop.signal,
        ...(suite === '' ? {} : { suite }),
        ...(quiet ? {} : { onProgress: (line: string) => cli.err.line(line) }),
      });
      if (output !== '') {
        await bodyToFile(archive, output);
        return 0;
      }
      const options = { quiet: quiet || !cli.out.isTerminal, platforms: [] };
      const { body } = await loadImages(await cli.client(), archive, options);
      await showProgress(body, cli.out);
      return 0;
    } catch (error) {
      throw stop.signal.aborted ? new StatusError('cancelled', 130, { cause: error }) : error;
    } finally {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    }
  },
});
