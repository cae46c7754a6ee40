import { basename } from 'node:path';
import { main } from '../cli/main.ts';
import { leaveTerminal } from '../cli/terminal/leave.ts';

/** Called through a link named `docker` the program answers by that name; as `docker-minke` it is docker's plugin. */
const names: Readonly<Record<string, string>> = { docker: 'docker', 'docker-minke': 'docker minke' };
const called = basename(process.env.MINKE_CALLED_AS ?? process.argv0);
main(names[called] ?? 'minke', process.argv.slice(2), process.env).then(
  (status) => {
    leaveTerminal();
    process.exit(status);
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
