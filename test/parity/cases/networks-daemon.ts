/** What the daemon's own flags say of networks. */
import type { Case } from '../contract.ts';

const web = (flags: string) =>
  `docker run -d --name web ${flags} busybox sh -c "echo page > /index.html; exec httpd -f -p 80 -h /"`;
const served = { until: 'docker exec web wget -qO- http://127.0.0.1/', fits: /page/ };
const bridge = {
  run: 'docker network inspect bridge',
  json: true,
  pick: ['0.IPAM', '0.Options', '0.EnableIPv4', '0.EnableIPv6', '0.Internal'],
};

const bip = ['--bip=10.120.0.1/16', '--fixed-cidr=10.120.8.0/24', '--mtu=1400'];
const alone = ['--icc=false', '--userland-proxy=false', '--ip=127.0.0.1'];
const pools = ['--default-address-pool=base=10.121.0.0/16,size=24', '--bip=10.122.0.1/24'];
const bare = ['--iptables=false', '--ip6tables=false', '--ip-forward=false', '--bip=10.123.0.1/24'];
const ranged = ['--ipv6', '--fixed-cidr-v6=fd00:124::/64', '--bip=10.124.0.1/24'];
const narrow = [
  '--ipv6',
  '--bip6=fd00:127::1/64',
  '--fixed-cidr-v6=fd00:127::100/120',
  '--bip=10.127.0.1/24',
];
const unmasked = ['--ip-masq=false', '--bip=10.126.0.1/24'];
const globalAddress = 'docker run --rm busybox ip -o -6 addr show eth0 scope global';

export const networksDaemon: readonly Case[] = [
  {
    name: 'networks-daemon/bip-fixed-cidr-mtu',
    daemon: bip,
    steps: [
      bridge,
      'docker run --rm busybox ip -o -4 addr show eth0',
      'docker run --rm busybox ip route',
      'docker run --rm busybox cat /sys/class/net/eth0/mtu',
      { inside: 'sh -c "ip -o -4 addr show docker0 | awk \'{print $4}\'; cat /sys/class/net/docker0/mtu"' },
      'docker network create n1',
      'docker network inspect n1 --format "{{json .Options}}"',
      'docker run --rm --network n1 busybox cat /sys/class/net/eth0/mtu',
      'docker run --rm --ip 10.120.8.9 busybox true',
    ],
  },
  {
    name: 'networks-daemon/default-address-pool',
    daemon: pools,
    since: 28,
    steps: [
      bridge,
      'docker network create n1',
      'docker network create n2',
      'docker network inspect n1 n2 --format "{{json .IPAM.Config}}"',
      'docker run --rm --network n2 busybox ip -o -4 addr show eth0',
      'docker network create --subnet 10.121.0.0/25 n3',
      'docker network rm n1',
      'docker network create n4',
      'docker network inspect n4 --format "{{json .IPAM.Config}}"',
      { run: 'docker info --format "{{json .DefaultAddressPools}}"' },
    ],
  },
  {
    name: 'networks-daemon/icc-off',
    daemon: alone,
    steps: [
      bridge,
      web(''),
      served,
      'docker run --rm busybox sh -c "timeout 2 wget -qO- http://172.17.0.2/; echo $?"',
      'docker run --rm --link web:other busybox sh -c "timeout 9 wget -qO- http://172.17.0.2/; echo $?"',
      { inside: 'iptables -S DOCKER', unordered: true },
      { inside: 'iptables -S FORWARD', unordered: true },
      'docker network create n1',
      'docker network inspect n1 --format "{{json .Options}}"',
    ],
  },
  {
    name: 'networks-daemon/no-userland-proxy-and-an-address',
    daemon: alone,
    since: 28,
    steps: [
      web('-p 8080:80 -p 0.0.0.0:8081:80'),
      served,
      'docker port web',
      { inside: 'busybox timeout 9 busybox wget -qO- http://127.0.0.1:8080/' },
      { inside: 'busybox timeout 9 busybox wget -qO- http://127.0.0.1:8081/' },
      { inside: 'iptables -t nat -S', unordered: true },
      { inside: 'cat /proc/sys/net/ipv4/conf/docker0/route_localnet' },
    ],
  },
  {
    name: 'networks-daemon/no-rules',
    daemon: bare,
    steps: [
      web('-p 8080:80'),
      served,
      { inside: 'busybox timeout 9 busybox wget -qO- http://127.0.0.1:8080/' },
      { inside: 'iptables -S', unordered: true },
      { inside: 'iptables -t nat -S', unordered: true },
      { inside: 'cat /proc/sys/net/ipv4/ip_forward' },
      'docker network create n1',
      'docker network create --internal n2',
    ],
  },
  {
    name: 'networks-daemon/ipv6-with-a-range',
    daemon: ranged,
    since: 28,
    steps: [
      bridge,
      globalAddress,
      'docker run --rm busybox ip -6 route show default',
      { inside: 'ip -o -6 addr show docker0 scope global' },
      { inside: 'cat /proc/sys/net/ipv6/conf/all/forwarding' },
      web('-p 8080:80'),
      served,
      'docker port web',
      'docker inspect web --format "{{json .NetworkSettings.Networks.bridge.GlobalIPv6Address}}"',
      { inside: 'busybox timeout 9 busybox wget -qO- http://[::1]:8080/' },
      { inside: 'busybox timeout 9 busybox wget -qO- http://[fd00:124::1]:8080/' },
      'docker run --rm busybox sh -c "timeout 9 wget -qO- http://[fd00:124::2]/; echo $?"',
      'docker run --rm --sysctl net.ipv6.conf.all.disable_ipv6=1 busybox ip -o -6 addr show eth0',
      { inside: 'ip6tables -t nat -S', unordered: true },
      { inside: 'ip6tables -S', unordered: true },
    ],
  },
  {
    name: 'networks-daemon/ipv6-with-an-address-and-a-part',
    daemon: narrow,
    since: 28,
    steps: [
      bridge,
      { inside: 'ip -o -6 addr show docker0 scope global' },
      globalAddress,
      'docker run --rm busybox ip -6 route show default',
    ],
  },
  {
    name: 'networks-daemon/ipv6-alone',
    daemon: ['--ipv6'],
    since: 28,
    steps: [
      // The range is made of the host's id, each engine its own.
      'docker network inspect bridge --format "{{.EnableIPv4}} {{.EnableIPv6}} {{len .IPAM.Config}}"',
      'docker run --rm busybox sh -c "ip -o -6 addr show eth0 scope global | wc -l"',
      'docker run --rm busybox sh -c "ip -6 route show default | wc -l"',
      'docker network create n1',
      'docker network inspect n1 --format "{{.EnableIPv6}}"',
    ],
  },
  {
    name: 'networks-daemon/a-range-without-ipv6',
    daemon: ['--fixed-cidr-v6=fd00:125::/64', '--bip=10.125.0.1/24'],
    since: 28,
    steps: [bridge, globalAddress, { inside: 'ip -o -6 addr show docker0 scope global' }],
  },
  {
    name: 'networks-daemon/no-masquerading',
    daemon: unmasked,
    steps: [
      bridge,
      web('-p 8080:80'),
      served,
      { inside: 'busybox timeout 9 busybox wget -qO- http://127.0.0.1:8080/' },
      { inside: 'iptables -t nat -S', unordered: true },
      { inside: 'iptables -S', unordered: true },
      'docker network create --subnet 10.126.1.0/24 n1',
      'docker network inspect n1 --format "{{json .Options}}"',
      'docker network create --subnet 10.126.2.0/24 --opt com.docker.network.bridge.enable_ip_masquerade=true n2',
      'docker run -d --name b --network n1 busybox sleep 300',
      { inside: 'sh -c "iptables -t nat -S | grep -c MASQUERADE"' },
    ],
  },
];
