/** A program: serves on the listening socket that it was given as descriptor 3, until its input ends. */
import { createApi } from '../../../src/api/api.ts';
import { services } from './engine.ts';

const api = createApi(services({}));
await api.handle({ kind: 'fd', fd: 3 });
process.stdout.write('serving\n');
process.stdin.resume().once('end', () => void api.close(0));
