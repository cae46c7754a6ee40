/**
 * The one list of where we differ from Docker on purpose. An entry says in which cases (a pattern over
 * `case › step`), which lines it speaks of, and why. What fits is made equal on both sides before the comparison: the
 * line is left out, or, with `as`, what fits in it is replaced. An entry that no longer changes anything is reported,
 * so the list can only shrink to what is true.
 */
export interface Difference {
  readonly where: RegExp;
  readonly line: RegExp;
  readonly as?: string;
  readonly reason: string;
}

export const differences: readonly Difference[] = [
  {
    where: /^(inspect|api|system)\//,
    line: /HostConfig\.Runtime = "(?:runc|crun)"/,
    reason: 'crun is the default OCI runtime where it works.',
  },
  {
    where: /^(inspect|api|logs)\//,
    line: /HostConfig\.LogConfig\.Config(?: = \{\}|\.max-(?:file|size) = "(?:5|100m)")/,
    reason:
      'Logs are rotated by default (5 files of 100 MB), so a talkative container does not fill the disk.',
  },
  {
    where: /^networks-daemon\/no-masquerading › iptables -t nat -S/,
    line: /^-A DOCKER -i docker0 -j RETURN$/,
    reason:
      'Without masquerading, too, a container reaches published ports of another bridge through the userland proxy; Docker 28 leads it to the container itself, where isolation drops it.',
  },
  {
    where: /^networks-life\/mac-kept › .*--mac-address 0[01]:/,
    line: /^stderr: docker: Error response from daemon: (?:failed to set up container networking: .*cannot assign requested address|invalid config for network n1: .*)$|^stderr: MAC address .* is none that an interface can have$/,
    reason:
      'A MAC address that no interface can have is refused when the container is made, not when it is started.',
  },
  {
    where: /^networks-life\/connected-with-everything-at-once › .*\/etc\/resolv\.conf/,
    line: /^ *(?:nameserver .*|options ndots:0)$/,
    reason:
      "A container that has left its last network with names asks the host's servers itself; in Docker the embedded resolver goes on passing its questions on.",
  },
  {
    where: /^networks-changes\/connected-again-while-stopped › docker inspect/,
    line: /^(n1 10\.184\.0\.)[27];$/,
    as: '$1x;',
    reason:
      'Connecting a stopped container anew to a network that it is in takes what is asked for now; Docker answers success and keeps what it had.',
  },
  {
    where: /^networks-changes\/without-the-network-of-its-start › docker start/,
    line: /./,
    reason:
      'A container that was taken out of the network of `--network` starts in those that it is in; Docker starts it only while the first one exists.',
  },
  {
    where: /^networks-changes\/legacy-links › .*env/,
    line: /^(?:exit [01]|STORE_.*)$/,
    reason:
      "A link puts no variables into the environment: Docker calls those deprecated and leaves them out from version 29 on, and they tell the other container's own.",
  },
  {
    where: /^networks-changes\/odd-ways-to-publish › docker run .* -p 8080:80 -p 8080:80 /,
    line: /(on endpoint box-a \(.*\): )(?:failed to listen on TCP socket: address already in use|Bind for 0\.0\.0\.0:8080 failed: port is already allocated)$/,
    as: '$1<taken>',
    reason: 'A port that a container asks for twice is told like one that another container has.',
  },
  {
    where: /^networks-ports\/port-zero/,
    line: /./,
    reason: 'Port 0 of a container is refused: nothing can listen there, so nothing could be published.',
  },
  {
    where: /resolv\.conf/,
    line: /^ {2}(?:#.*)?$|^(?:#.*)?$/,
    reason: 'The comments in /etc/resolv.conf are in words of our own.',
  },
  {
    where: /^system\/ping-version-info › GET \/version/,
    line: /^Components\.[123]\./,
    reason: 'There is no containerd, and the parts named are those that are there.',
  },
  {
    where:
      /^api\/|^(?:inspect\/ps-filters|logs\/by-the-api|engine\/events-by-filters) › GET|^exec\/refused-by-the-api|^images\/imports-from-the-web › POST/,
    line: /^status (?:400|500)$/,
    reason: "A parameter that can't be read is the caller's mistake (400); Docker answers 500 to some.",
  },
  {
    where: /^system\/event-attributes/,
    line: /^\d+\.(?:Action|status) = "(?:stop|die)"$|^\d+\.Actor\.Attributes\.(?:execDuration|exitCode) = "\d+"$/,
    reason:
      'In Docker, `stop` and `die` come in either order (whoever waits for the end is woken before the end is told) and execDuration runs on while the container is cleaned up. Here `die` is always first, and the duration ends with the process.',
  },
  {
    where: /^api\/(?:create-with-a-port-that-is-none|refused-when-made)/,
    line: /^(?:status (?:201|400)|Id = .*|Warnings = \[\])$|^message = "(?:invalid (?:port specification|user namespace mode|IPC mode|ulimit type|device cgroup rule format|tmpfs option|environment variable|mount path|specification|reference format)|Decoding seccomp profile failed|hostname .* is too long)/,
    reason:
      'What can never work is refused when the container is made, not when it is started (ports, namespaces, ulimits, seccomp profiles, device rules, tmpfs options, hostnames, volumes); Docker takes a port that is none for 0, and a wrong path or a NUL in the environment as it comes.',
  },
  {
    where: /^run\/mounts-of-a-container › .*cut -d/,
    line: /(\/proc\/\w+) (?:dev)?tmpfs$/,
    as: '$1 <masked>',
    reason: "Made by crun: masked files are covered by the host's /dev/null, not by the container's.",
  },
  {
    where: /^run\/mounts-of-a-container › .*grep -E/,
    line: /(?:devtmpfs \/proc\/\w+ devtmpfs ro|tmpfs \/proc\/\w+ tmpfs rw),/,
    reason: "Made by crun: masked files are covered by the host's /dev/null, not by the container's.",
  },
  {
    where: /^run\/mounts-of-a-container › .*grep -E/,
    line: /(tmpfs \/[\w/-]+ tmpfs ro,relatime)(?:,size=0k)?/,
    as: '$1',
    reason: 'Made by crun: the empty tmpfs on a masked directory has a size.',
  },
  {
    where: /^run\/mounts-of-a-container › .*grep -E/,
    line: /(proc \/proc\/[\w-]+ proc ro),(?:nosuid,nodev,noexec,)?relatime/,
    as: '$1,relatime',
    reason:
      'Made by crun: read-only paths of /proc are mounts without nosuid, nodev and noexec. The kernel has no devices and runs no programs on proc all the same.',
  },
  {
    where: /^run\/mounts-of-a-container › .*ls -l \/dev/,
    line: /core -> \/proc\/kcore$/,
    reason: 'Made by crun: the link /dev/core is there on kernels without /proc/kcore too.',
  },
  {
    where: /^limits\/cgroup-path › .*ls \/sys\/fs\/cgroup/,
    line: /^ *net_(?:cls|prio)$/,
    reason:
      'Made by crun: links of this name are in /sys/fs/cgroup on kernels without these controllers too.',
  },
  {
    where: /^api\/create-errors/,
    line: /(message = "invalid JSON: )(?:json: cannot unmarshal .*|field [\w.]+: expected .*)"$/,
    as: '$1<wrong type>"',
    reason:
      'A field of the wrong type is named by its path and the type it should have; Docker names types of Go.',
  },
  {
    where: /^registry\//,
    line: /(size: )\d+|("?Size"?[:=] ?)\d+/,
    as: '$1$2<bytes>',
    reason: 'Layers are compressed at another level, so they have another size, and so may the manifest.',
  },
  {
    where: /^registry\/.* › docker (?:pull|run)/,
    line: /: (?:Pulling fs layer|Waiting|Verifying Checksum|Download complete)$/,
    reason:
      'Where a layer comes at once, either engine leaves out one or the other step on its way, another one each time.',
  },
  {
    where: /^images\/save-and-load › docker load$/,
    line: /^stderr: (?:open <data-root>\/tmp\/docker-import-.*\/repositories: no such file or directory|invalid archive: neither manifest\.json nor index\.json is in it)$/,
    reason: "An archive without images is said to be one; Docker names a file of its own that it can't open.",
  },
  {
    where: /^options\/(?:expose|stop-settings|graphics-and-cdi) ›/,
    line: /^(?:exit [01]|<id \d+(?:, short)?>)$|^stderr: Error response from daemon: (?:invalid (?:port specification|signal)|CDI device injection failed: unresolvable CDI devices)/,
    reason:
      'What can never work is refused when the container is made, not when it is started: ports and signals that are none, devices of CDI, which is not there.',
  },
  {
    where: /^isolation\/device-rules › .*sort/,
    line: /^c 10:200 rwm$/,
    reason:
      'Made by runc 1.1: containers may use /dev/net/tun (10:200) unasked; later versions and crun ask for --device.',
  },
  {
    where: /› POST \/containers\/\w+\/attach/,
    line: /^(?:\(no JSON\)|(?:message = ")?(?:\{"message":")?No such container: .*)$/,
    reason:
      'An attach that fails is told in JSON, as the API description says; Docker tells it as plain text.',
  },
  {
    where: /^commands\/start-that-fails/,
    line: /(unable to start container process: ).*/,
    as: '$1<its words>',
    reason: "Made by crun: why a container's process can't be started is told in the runtime's own words.",
  },
  {
    where: /^run\/programs-that-the-kernel-refuses/,
    line: /^(stderr: exec).*: (?:exec format error|no such file or directory)$/i,
    as: '$1: <why not>',
    reason: "Made by crun: why the kernel refuses a program is told in the runtime's own words.",
  },
  {
    where: /^(?:logs\/by-the-api|engine\/events-by-filters) › GET .*since=x/,
    line: /^message = "(?:strconv\.ParseInt: parsing|invalid value for 'since')/,
    reason: 'A time that is none is told by the name of its parameter.',
  },
  {
    where: /^volumes\/filled-by-links-and-owners › .*\/none/,
    line: /^1?755:0:0$/,
    as: '755:0:0',
    reason: 'Made by crun: folders on the way to a mount point that the image lacks have the sticky bit.',
  },
];
