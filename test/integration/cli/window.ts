/** Windows of tmux, with a shell of one's choice in each: what a person sees and types. */
import { join } from 'node:path';
import { must } from '../../harness/command.ts';
import { until } from '../../harness/until.ts';

/** For a machine under load. */
export const LIMIT = { limit: 120_000, every: 50 };

export interface Window {
  /** Its terminal, e.g. `/dev/pts/3`. */
  readonly tty: string;
  /** What stands in it now, without empty lines at the end. */
  screen(): Promise<string>;
  /** The same with its colours, as escape sequences. */
  coloured(): Promise<string>;
  type(...keys: readonly string[]): Promise<void>;
  sees(fits: RegExp): Promise<string>;
  resize(columns: number, rows: number): Promise<void>;
}

export interface WindowOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** The shell; its prompt is to be `$ `. Default: bash. */
  readonly shell?: readonly string[];
}

export interface Windows {
  /** Waits for the prompt. */
  open(options?: WindowOptions): Promise<Window>;
  close(): Promise<void>;
}

/** A server of its own, whose socket is in the folder; shells get this environment and nothing else's. */
export function windowsIn(folder: string, env: NodeJS.ProcessEnv): Windows {
  const tmux = (...args: readonly string[]): Promise<string> =>
    must(['tmux', '-u', '-f', '/dev/null', '-S', join(folder, 'tmux'), ...args]);
  let windows = 0;
  return {
    close: async () => {
      await tmux('kill-server').catch(() => undefined);
    },
    async open({ columns = 100, rows = 30, shell = ['bash', '--norc', '--noprofile'] } = {}) {
      const name = `w${windows++}`;
      // Not left to tmux, whose server keeps the environment that it was started in.
      const environment = Object.entries({ ...env, PS1: '$ ' }).map(([key, value]) => `${key}=${value}`);
      const size = ['-x', String(columns), '-y', String(rows)];
      await tmux('new-session', '-d', '-s', name, ...size, 'env', ...environment, ...shell);
      const screen = async () => (await tmux('capture-pane', '-p', '-t', name)).trimEnd();
      const sees = (fits: RegExp) =>
        until(
          `the window to show ${fits}`,
          async () => {
            const shown = await screen();
            return fits.test(shown) ? shown : undefined;
          },
          LIMIT,
        ).catch(async (error: unknown) => {
          throw new Error(`${String(error)}\n${await screen()}`);
        });
      await sees(/^\$/m);
      return {
        tty: (await tmux('display-message', '-p', '-t', name, '#{pane_tty}')).trim(),
        screen,
        sees,
        coloured: () => tmux('capture-pane', '-p', '-e', '-t', name),
        type: async (...keys) => {
          await tmux('send-keys', '-t', name, ...keys);
        },
        resize: async (wide, high) => {
          await tmux('resize-window', '-t', name, '-x', String(wide), '-y', String(high));
        },
      };
    },
  };
}
