/**
 * Cases that differ from Docker and should not: not decisions but work to be done, each with what is missing. They are
 * played and shown like all others, and don't count as failures; one that has become equal is named, to be taken off.
 */
export const open: ReadonlyMap<string, string> = new Map([
  [
    'api/create-errors',
    'a field of the wrong type is named by its path and the type it should have; Docker names types of Go',
  ],
  [
    'run/mounts-of-a-container',
    "crun masks paths by a bind of the host's /dev/null and remounts read-only ones without nosuid, nodev, noexec; runc by tmpfs",
  ],
  [
    'run/sysctl',
    'a sysctl that is not allowed is refused at create, without the words that go before a failed start',
  ],
  ['identity/hostname-and-hosts', 'the short alias of a hostname with dots'],
  [
    'logs/drivers',
    'a wrong option of a log driver is refused at create, without the words that go before a failed start',
  ],
  ['limits/cgroup-path', 'crun also makes the links net_cls and net_prio in /sys/fs/cgroup'],
  ['security/namespaces', "joining a container that is not there: words in front of Docker's"],
  ['inspect/ps-filters', "a filter that is no number: Docker adds the words of Go's parser"],
  ['images/save-and-load', 'what is no archive, or none of ours, is refused in other words'],
  ['files/copy', "an empty path: Docker's text lacks a blank"],
  ['system/ping-version-info', 'KernelMemoryTCP is not shown'],
]);
