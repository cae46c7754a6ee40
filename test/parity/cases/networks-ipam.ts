/** Addresses: pools, subnets, ranges, static ones, both versions of IP. */
import type { Case } from '../contract.ts';

const ipam = (name: string) =>
  `docker network inspect ${name} --format "{{json .IPAM}} {{.EnableIPv4}} {{.EnableIPv6}}"`;
const settings = (container: string, network: string) => ({
  run: `docker inspect ${container}`,
  json: true,
  pick: [`0.NetworkSettings.Networks.${network}`],
  drop: [`0.NetworkSettings.Networks.${network}.DNSNames`],
});

/** Which interface is which is a matter of chance where a container starts with several networks. */
/** By address: which of two networks gets eth0 is a matter of luck with Docker. */
const way = `docker exec box-a sh -c "ip route | grep ^default | cut -d ' ' -f 3"`;

export const networkIpam: readonly Case[] = [
  {
    name: 'networks-ipam/range-gateway-aux',
    steps: [
      'docker network create --subnet 10.81.0.0/24 --ip-range 10.81.0.128/25 --gateway 10.81.0.254 --aux-address a=10.81.0.128 --aux-address b=10.81.0.129 n1',
      ipam('n1'),
      'docker run --rm --network n1 busybox ip -o -4 addr show eth0',
      'docker run --rm --network n1 busybox ip route',
      'docker run --rm --network n1 --ip 10.81.0.5 busybox ip -o -4 addr show eth0',
      'docker run --rm --network n1 --ip 10.81.0.128 busybox true',
      'docker run --rm --network n1 --ip 10.81.0.254 busybox true',
    ],
  },
  {
    name: 'networks-ipam/what-makes-no-sense',
    since: 28,
    steps: [
      'docker network create --subnet 10.82.0.5/24 n1',
      'docker network create --subnet 10.82.0.0/24 --ip-range 10.83.0.0/25 n1',
      'docker network create --subnet 10.82.0.0/24 --gateway 10.83.0.1 n1',
      'docker network create --subnet 10.82.0.0/24 --gateway x n1',
      'docker network create --gateway 10.82.0.1 n1',
      'docker network create --ip-range 10.82.0.0/25 n1',
      'docker network create --subnet 10.82.0.0/24 --subnet 10.82.0.0/25 n1',
      'docker network create --subnet 10.82.0.0/24 --subnet 10.83.0.0/24 n1',
      'docker network create --subnet 10.82.0.0/24 --aux-address a=10.83.0.1 n1',
      'docker network create --ipv4=false n1',
    ],
  },
  {
    name: 'networks-ipam/overlap',
    steps: [
      'docker network create --subnet 10.84.0.0/16 n1',
      'docker network create --subnet 10.84.5.0/24 n2',
      'docker network create --subnet 10.0.0.0/8 n2',
      'docker network create --subnet 172.17.0.0/24 n2',
      'docker network rm n1',
      'docker network create --subnet 10.84.5.0/24 n2',
    ],
  },
  {
    name: 'networks-ipam/used-up',
    steps: [
      'docker network create --subnet 10.85.0.0/30 n1',
      'docker run -d --name box-a --network n1 busybox sleep 60',
      { run: 'docker run -d --name box-b --network n1 busybox sleep 60' },
      'docker rm -f box-a box-b',
      'docker run --rm --network n1 busybox ip -o -4 addr show eth0',
    ],
  },
  {
    name: 'networks-ipam/reuse',
    steps: [
      'docker network create --subnet 10.86.0.0/24 n1',
      'docker run -d --name box-a --network n1 busybox sleep 60',
      'docker run -d --name box-b --network n1 busybox sleep 60',
      'docker inspect box-a box-b --format "{{.NetworkSettings.Networks.n1.IPAddress}}"',
      'docker run --rm --network n1 --ip 10.86.0.2 busybox true',
      'docker rm -f box-a',
      'docker run --rm --network n1 --ip 10.86.0.2 busybox ip -o -4 addr show eth0',
    ],
  },
  {
    name: 'networks-ipam/static-survives-restart',
    steps: [
      'docker network create --subnet 10.87.0.0/24 n1',
      'docker run -d --name box-a --network n1 --ip 10.87.0.77 --mac-address 02:42:0a:57:00:4d busybox sleep 60',
      'docker restart -t 0 box-a',
      settings('box-a', 'n1'),
      'docker exec box-a cat /sys/class/net/eth0/address',
    ],
  },
  {
    name: 'networks-ipam/dual-stack',
    since: 28,
    steps: [
      'docker network create --ipv6 --subnet 10.88.0.0/24 --subnet fd00:88::/64 n1',
      ipam('n1'),
      'docker run -d --name box-a --network n1 --ip6 fd00:88::77 busybox sleep 60',
      settings('box-a', 'n1'),
      'docker exec box-a ip -6 route show default',
      'docker exec box-a cat /etc/hosts',
      { run: 'docker network inspect n1', json: true, pick: ['0.Containers'] },
    ],
  },
  {
    name: 'networks-ipam/ipv6-alone',
    since: 28,
    steps: [
      'docker network create --ipv4=false --ipv6 --subnet fd00:89::/64 n1',
      ipam('n1'),
      'docker run -d --name box-a --network n1 busybox sleep 60',
      settings('box-a', 'n1'),
      'docker exec box-a ip -o -4 addr show eth0',
      'docker exec box-a ip route',
      'docker exec box-a ip -6 route show default',
    ],
  },
  {
    name: 'networks-ipam/ipv6-details',
    since: 28,
    steps: [
      'docker network create --ipv6 --subnet 10.90.0.0/24 --subnet fd00:90::/64 --ip-range fd00:90::100/120 --gateway fd00:90::9 --aux-address a=fd00:90::100 n1',
      ipam('n1'),
      'docker run --rm --network n1 busybox ip -6 route show default',
      'docker run --rm --network n1 busybox ip -o -6 addr show eth0 scope global',
      'docker run --rm --network n1 --ip6 fd00:90::100 busybox true',
      'docker run --rm --network n1 --ip6 fd00:91::5 busybox true',
      'docker run --rm --network n1 --ip6 nonsense busybox true',
      'docker run --rm --ip6 fd00:90::5 busybox true',
    ],
  },
  {
    name: 'networks-ipam/no-ipv6-by-sysctl',
    since: 28,
    steps: [
      'docker network create --ipv6 --subnet 10.91.0.0/24 --subnet fd00:91::/64 n1',
      'docker run -d --name box-a --network n1 --sysctl net.ipv6.conf.all.disable_ipv6=1 busybox sleep 60',
      settings('box-a', 'n1'),
      'docker exec box-a ip -6 addr show eth0',
    ],
  },
  {
    name: 'networks-ipam/gateway-modes',
    since: 28,
    steps: [
      'docker network create -o com.docker.network.bridge.gateway_mode_ipv4=isolated n1',
      'docker network create --internal -o com.docker.network.bridge.gateway_mode_ipv4=isolated --subnet 10.92.0.0/24 n1',
      ipam('n1'),
      'docker run --rm --network n1 busybox ip route',
      'docker network create -o com.docker.network.bridge.gateway_mode_ipv4=foo n2',
      'docker network create -o com.docker.network.bridge.gateway_mode_ipv4=routed --subnet 10.93.0.0/24 n2',
      'docker run -d --name box-a --network n2 -p 80 busybox sleep 60',
      { run: 'docker inspect box-a', json: true, pick: ['0.NetworkSettings.Ports'] },
      'docker port box-a',
      'docker network create -o com.docker.network.bridge.inhibit_ipv4=true --subnet 10.94.0.0/24 n3',
      'docker run --rm --network n3 busybox ip route',
    ],
  },
  {
    name: 'networks-ipam/interface-name-and-sysctls',
    since: 28,
    steps: [
      'docker network create --subnet 10.95.0.0/24 n1',
      'docker run --rm --network name=n1,driver-opt=com.docker.network.endpoint.ifname=foo0 busybox ip route',
      `docker run --rm --network '"name=n1","driver-opt=com.docker.network.endpoint.sysctls=net.ipv4.conf.IFNAME.log_martians=1,net.ipv4.conf.IFNAME.forwarding=0"' busybox cat /proc/sys/net/ipv4/conf/eth0/log_martians /proc/sys/net/ipv4/conf/eth0/forwarding`,
      `docker run --rm --network '"name=n1","driver-opt=com.docker.network.endpoint.sysctls=net.ipv4.conf.eth0.log_martians=1"' busybox true`,
    ],
  },
  {
    name: 'networks-ipam/gateway-priority',
    since: 28,
    steps: [
      'docker network create --subnet 10.96.0.0/24 n1',
      'docker network create --subnet 10.98.0.0/24 n2',
      'docker run -d --name box-a --network name=n1 --network name=n2,gw-priority=5 busybox sleep 60',
      way,
      'docker network disconnect n2 box-a',
      way,
      'docker network connect --gw-priority -1 n2 box-a',
      way,
      { run: 'docker inspect box-a --format "{{.NetworkSettings.Networks.n2.GwPriority}}"' },
    ],
  },
];
