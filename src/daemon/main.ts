/** `minked`: reads the settings, starts the engine, stops it politely. */
import { existsSync, readFileSync } from 'node:fs';
import { messageOf } from '../errors/minke-error.ts';
import { keepCompiledCode } from '../host/process/compiled-code.ts';
import { writeStandardError } from '../host/standard-error/write.ts';
import { LineLogger } from '../kit/log/logger.ts';
import { buildFacts } from './build-facts.ts';
import { levelOf } from './log-level.ts';
import { writePidfile } from './pidfile.ts';
import { usage } from './settings/help.ts';
import { type LoadedSettings, loadSettings } from './settings/settings.ts';
import { start } from './start.ts';

const readText = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null);

/** The first signal asks, the third insists: containers may be in the middle of stopping. */
function untilSignal(onReload: () => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = 0;
    const stop = (signal: NodeJS.Signals): void => {
      asked += 1;
      if (asked >= 3) process.exit(1);
      resolve(signal);
    };
    process.on('SIGTERM', stop).on('SIGINT', stop).on('SIGHUP', onReload);
  });
}

async function run(loaded: LoadedSettings, argv: readonly string[]): Promise<number> {
  const { settings } = loaded;
  const log = new LineLogger({
    level: levelOf(settings),
    format: settings.logFormat === 'json' ? 'json' : 'text',
    write: writeStandardError,
  });
  process.on('uncaughtException', (error) => {
    // State is on disk and the keeper holds the containers: a fresh start is safer than going on with half a state.
    log.error('the daemon fails and ends', { error: error.stack ?? messageOf(error) });
    process.exit(70);
  });
  process.on('unhandledRejection', (error) => {
    log.error('a task failed and nobody looked', {
      error: error instanceof Error ? (error.stack ?? error.message) : messageOf(error),
    });
  });
  const removePidfile = writePidfile(settings.pidfile);
  try {
    const engine = await start(loaded, log);
    keepCompiledCode();
    const signal = await untilSignal(() => engine.reload(() => loadSettings(argv, readText)));
    log.info('Processing signal', { signal });
    await engine.stop();
    log.info('Daemon shutdown complete');
    return 0;
  } finally {
    removePidfile();
  }
}

/** @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  let loaded: LoadedSettings;
  try {
    loaded = loadSettings(argv, readText);
  } catch (error) {
    const unknown = /^unknown (shorthand )?flag|^flag needs|^unexpected argument/.test(messageOf(error));
    process.stderr.write(unknown ? `${messageOf(error)}\nSee 'minked --help'.\n` : `${messageOf(error)}\n`);
    return unknown ? 125 : 1;
  }
  const { settings } = loaded;
  if (settings.help) {
    process.stdout.write(usage());
    return 0;
  }
  if (settings.version) {
    process.stdout.write(`Minke version ${buildFacts.version}, build ${buildFacts.commit}\n`);
    return 0;
  }
  if (settings.validate) {
    process.stdout.write('configuration OK\n');
    return 0;
  }
  if (process.getuid?.() !== 0) {
    process.stderr.write('minked needs to be started with root privileges\n');
    return 1;
  }
  try {
    return await run(loaded, argv);
  } catch (error) {
    process.stderr.write(`failed to start daemon: ${messageOf(error)}\n`);
    if (settings.debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return 1;
  }
}
