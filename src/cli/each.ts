import type { Cli } from './cli.ts';
import { StatusError } from './status-error.ts';

/**
 * Does the same to each name, many at once; says the names that worked, in order, and then what went wrong. Where
 * `act` resolves with `unsaid` its name is left out.
 */
export async function forEachName(
  cli: Cli,
  names: readonly string[],
  act: (name: string) => Promise<unknown>,
  options: { readonly say?: boolean } = {},
): Promise<number> {
  const running = names.map((name) =>
    act(name).then(
      (said) => (said === 'unsaid' ? said : undefined),
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    ),
  );
  const failures: Error[] = [];
  for (const [index, pending] of running.entries()) {
    const failure = await pending;
    if (failure instanceof Error) failures.push(failure);
    else if (failure !== 'unsaid' && options.say !== false) cli.out.line(names[index] ?? '');
  }
  if (failures.length > 0) throw new StatusError(failures.map(({ message }) => message).join('\n'), 1);
  return 0;
}
