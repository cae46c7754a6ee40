/** Names as the kernel writes them (`net_admin` is `CAP_NET_ADMIN`), each once, sorted. `ALL` stays. */
export function capabilities(names: readonly string[]): string[] {
  const full = names.map((name) => {
    const upper = name.trim().toUpperCase();
    return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  });
  return [...new Set(full)].sort();
}
