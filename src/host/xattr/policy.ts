/** Which extended attributes travel in archives. */

const exact = new Set([
  'security.capability',
  'security.ima',
  'system.posix_acl_access',
  'system.posix_acl_default',
]);

/**
 * Everything else is left out both ways: labels of a security module are the host's affair, and `trusted.*` are
 * orders to the filesystem itself (overlay redirects).
 */
export const travels = (name: string): boolean =>
  (name.startsWith('user.') && !name.startsWith('user.overlay.')) || exact.has(name);
