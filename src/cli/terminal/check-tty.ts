/** Refuses `-it` without a terminal at standard input, in Docker's words. */
export function checkTty(attachStdin: boolean, tty: boolean): void {
  if (tty && attachStdin && process.stdin.isTTY !== true) throw new Error('the input device is not a TTY');
}
