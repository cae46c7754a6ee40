import { command as define } from '../../command.ts';
import { dialEndpoint } from '../../connect.ts';

export const command = define({
  usage: '',
  arity: { min: 0, max: 0 },
  examples: ['minke -H ssh://me@host system dial-stdio'],
  description: 'Join standard input and output to the daemon, for clients that come by ssh',
  flags: {},
  async run(cli) {
    const stream = await dialEndpoint(cli);
    stream.on('data', (data: Buffer) => cli.out.raw(data));
    process.stdin.on('data', (data: Buffer) => {
      if (stream.write(data)) return;
      process.stdin.pause();
      stream.once('drain', () => process.stdin.resume());
    });
    process.stdin.on('end', () => stream.end());
    await new Promise<void>((resolve, reject) => {
      stream.once('end', resolve);
      stream.once('close', resolve);
      stream.once('error', reject);
    });
    return 0;
  },
});
