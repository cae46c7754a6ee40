/** IFNAMSIZ less the NUL; slashes and blanks are none of a device's name (dev_valid_name in the kernel). */
export const isLinkName = (name: string): boolean =>
  /^[^\s/:]{1,15}$/.test(name) && name !== '.' && name !== '..';
