import type { OverlayMount } from './contract.ts';

/** mount(2) takes one page, the last byte a NUL. */
export const maxOptions = 4095;

/**
 * The options string with `base` in front of each directory. Features that keep more in the upper directory than its
 * files (redirects, metacopy, index) are off whatever the kernel's default is: layers are read without overlayfs too.
 */
export function overlayOptions(overlay: OverlayMount, base: string): string {
  const at = (path: string): string => `${base}/${path}`;
  const options = [`lowerdir=${overlay.lower.map(at).join(':')}`];
  if (overlay.upper !== undefined && overlay.work !== undefined)
    options.push(`upperdir=${at(overlay.upper)}`, `workdir=${at(overlay.work)}`, 'redirect_dir=off');
  options.push('index=off', 'metacopy=off');
  if (overlay.volatile === true && overlay.upper !== undefined) options.push('volatile');
  return options.join(',');
}

/** Characters that mean something to the option parsers of one kernel or another. */
export const needsEscape = (path: string): boolean => /[:,\\\s]/.test(path);
