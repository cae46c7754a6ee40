/** The status of `run` when the daemon can't start the command: what the shell would say of it, else 125. */
export function startStatus(message: string): number {
  if (
    message.includes('executable file not found') ||
    message.includes('no such file or directory') ||
    message.includes('system cannot find the file specified')
  )
    return 127;
  if (message.includes('permission denied') || message.includes('is a directory')) return 126;
  return 125;
}
