import { main } from '../registry/main.ts';

process.exit(await main(process.argv.slice(2)));
