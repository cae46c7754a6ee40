/** runc's own words, brought to the form in which they reach Docker's clients. */
export function runcComplaint(words: string, kind: 'container' | 'exec'): string {
  const rest = words.replace(/^runc (run|create|exec) failed: /, '').replace(/^exec failed: /, '');
  return kind === 'exec' ? `exec failed: ${rest}` : `runc create failed: ${rest}`;
}
