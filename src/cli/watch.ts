import { setTimeout as pause } from 'node:timers/promises';
import { events } from '../client/system/events.ts';
import type { Cli } from './cli.ts';
import { jsonLines } from './progress/json-lines.ts';
import { Live } from './terminal/live.ts';

/** Ages in a list move on without anything happening, in milliseconds. */
const restless = 1000;
/** Many things that happen at once are one frame. */
const calm = 100;

/** Shows a list anew whenever something happens to an object of that type, until the daemon goes away or ctrl-c. */
export async function watchList(cli: Cli, type: string, render: () => Promise<string>): Promise<never> {
  if (!cli.out.isTerminal) throw new Error('--watch needs a terminal to draw on');
  const client = await cli.client();
  const { body } = await events(client, { since: '', until: '', filters: new Map([['type', [type]]]) });
  let happened = (): void => undefined;
  const gone = (async (): Promise<never> => {
    for await (const _event of jsonLines(body)) happened();
    throw new Error('the daemon went away');
  })();
  const live = new Live(cli.out);
  for (;;) {
    const next = new Promise<void>((resolve) => {
      happened = resolve;
    });
    live.draw(await Promise.race([render(), gone]));
    await pause(calm);
    await Promise.race([next, pause(restless), gone]);
  }
}
