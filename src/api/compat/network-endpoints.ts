/** A network and who is in it, its members in the order in which Docker writes them: clients print them as they come. */
export function withEndpoints<T extends { Options?: unknown; Labels?: unknown }, C>(
  { Options, Labels, ...rest }: T,
  Containers: C,
): Omit<T, 'Options' | 'Labels'> & { Containers: C; Options: T['Options']; Labels: T['Labels'] } {
  return { ...rest, Containers, Options, Labels };
}
