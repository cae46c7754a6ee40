import { invalid } from '../../../errors/minke-error.ts';

const control = /[\u0000-\u001f\u007f]/;

/**
 * For what ends up in files with lines, such as /etc/hosts.
 * @throws invalid naming the option, never its value
 */
export function checkPlainText(option: string, value: string): void {
  if (control.test(value)) throw invalid(`invalid ${option}: it must not hold control characters`);
}
