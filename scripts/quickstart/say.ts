/** What quickstart says while it works. */

/** Ends quickstart with a sentence that a person can act on. */
export class Trouble extends Error {
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}

const bold = (text: string): string => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);

/** Announces a step, runs it, says how it went and how long it took. The step may answer a few words. */
export async function step<T>(
  name: string,
  work: () => Promise<readonly [result: T, words: string]>,
): Promise<T> {
  process.stdout.write(`${bold('▸')} ${name} …`);
  const began = performance.now();
  try {
    const [result, words] = await work();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stdout.write(` ${words} (${seconds} s)\n`);
    return result;
  } catch (error) {
    process.stdout.write(' failed\n');
    throw error;
  }
}

/** Shows a command as a person would type it, and what it printed. */
export function show(commandLine: string, output: string): void {
  console.log(`\n${bold(`$ ${commandLine}`)}\n${output.trimEnd()}`);
}
