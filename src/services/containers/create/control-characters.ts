import { invalid } from '../../../errors/minke-error.ts';

const control = /[\u0000-\u001f\u007f]/;

export const holdsControl = (text: string): boolean => control.test(text);

/**
 * For what ends up in files with lines, such as /etc/hosts.
 * @throws invalid naming the option, never its value
 */
export function checkPlainText(option: string, value: string): void {
  if (holdsControl(value)) throw invalid(`invalid ${option}: it must not hold control characters`);
}
