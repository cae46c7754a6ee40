import { basename } from 'node:path';
import { main } from '../cli/main.ts';

/** Called through a link named `docker` the program answers by that name. */
const called = basename(process.argv0);
main(called === 'docker' ? 'docker' : 'minke', process.argv.slice(2), process.env).then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
