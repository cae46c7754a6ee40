/** How a container is ended, as `stop` and `restart` are told. */
import { int, string } from './flags/basic-kinds.ts';
import { type FlagValues, flag } from './flags/kind.ts';

export const stopFlags = {
  signal: flag(string, 'Signal to send, in place of its own', { short: 's' }),
  time: flag(int, 'Seconds to wait before killing it', { hidden: true, aliasFor: 'timeout' }),
  timeout: flag(int, 'Seconds to wait before killing it; -1 for ever', { short: 't' }),
};

/** Without `--timeout` the container's own. */
export const stopOptions = (flags: FlagValues<typeof stopFlags>, changed: ReadonlySet<string>) => ({
  signal: flags.signal,
  timeout: changed.has('timeout') ? flags.timeout : undefined,
});
