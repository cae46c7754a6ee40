/** Drivers and the life of networks. */
import type { Case } from '../contract.ts';

const lan = 'ip link add lan0 type veth peer name lan1';
const up = ['ip link set lan0 up', 'ip link set lan1 up'];
const noLan = { inside: 'ip link del lan0' };
const withLan = [{ inside: lan }, ...up.map((inside) => ({ inside }))];
const shown = (name: string) => ({ run: `docker network inspect ${name}`, json: true, drop: ['0.Created'] });

export const networkDrivers: readonly Case[] = [
  {
    name: 'networks-drivers/macvlan',
    since: 28,
    steps: [
      ...withLan,
      'docker network create -d macvlan --subnet 10.5.0.0/24 -o parent=lan0 mv1',
      shown('mv1'),
      'docker run --rm --network mv1 busybox ip route',
      'docker run --rm --network mv1 busybox ip route show dev eth0',
      'docker run -d --name box-a --network mv1 --ip 10.5.0.9 -p 80:80 busybox sleep 60',
      {
        run: 'docker inspect box-a',
        json: true,
        pick: ['0.NetworkSettings.Networks', '0.NetworkSettings.Ports'],
        drop: ['0.NetworkSettings.Networks.mv1.DNSNames'],
      },
      'docker port box-a',
      'docker rm -f box-a',
      'docker network rm mv1',
      noLan,
    ],
  },
  {
    name: 'networks-drivers/macvlan-modes',
    since: 28,
    steps: [
      ...withLan,
      'docker network create -d macvlan --subnet 10.5.0.0/24 -o parent=lan0 -o macvlan_mode=silly mv1',
      ...['private', 'vepa'].flatMap((mode) => [
        `docker network create -d macvlan --subnet 10.5.0.0/24 -o parent=lan0 -o macvlan_mode=${mode} mv1`,
        `docker run --rm --network mv1 busybox ip route show dev eth0`,
        'docker network rm mv1',
      ]),
      noLan,
    ],
  },
  {
    name: 'networks-drivers/macvlan-parents',
    since: 28,
    steps: [
      ...withLan,
      'docker network create -d macvlan --subnet 10.5.0.0/24 -o parent=lo mv1',
      'docker network create -d macvlan --subnet 10.5.0.0/24 -o parent=eth9 mv1',
      'docker network create -d macvlan --subnet 10.5.0.0/24 -o parent=lan0.x mv1',
      'docker network create -d macvlan --subnet 10.5.0.0/24 -o parent=lan0.5000 mv1',
      'docker network create -d macvlan --subnet 10.5.0.0/24 -o parent=lan0.1.2 mv1',
      'docker network create -d macvlan --subnet 10.5.0.0/24 -o parent=eth9.5 mv1',
      'docker network ls --filter driver=macvlan --format {{.Name}}',
      noLan,
    ],
  },
  {
    name: 'networks-drivers/macvlan-several-subnets',
    since: 28,
    steps: [
      ...withLan,
      'docker network create -d macvlan --subnet 10.6.0.0/24 --subnet 10.7.0.0/24 --gateway 10.7.0.9 -o parent=lan0 mv2',
      'docker run --rm --network mv2 --ip 10.7.0.5 busybox ip route',
      'docker network rm mv2',
      noLan,
    ],
  },
  {
    name: 'networks-drivers/macvlan-internal',
    since: 28,
    steps: [
      ...withLan,
      'docker network create -d macvlan --internal --subnet 10.8.0.0/24 -o parent=lan0 mv3',
      shown('mv3'),
      'docker run --rm --network mv3 busybox ip route',
      'docker network rm mv3',
      noLan,
    ],
  },
  {
    name: 'networks-drivers/macvlan-dual-stack',
    since: 28,
    steps: [
      ...withLan,
      'docker network create -d macvlan --ipv6 --subnet 10.5.0.0/24 --subnet fd00:5::/64 -o parent=lan0 mv4',
      shown('mv4'),
      'docker run --rm --network mv4 busybox ip -6 route show default',
      'docker network rm mv4',
      noLan,
    ],
  },
  {
    name: 'networks-drivers/passthru-alone',
    since: 28,
    steps: [
      ...withLan,
      'docker network create -d macvlan --subnet 10.5.0.0/24 -o parent=lan0 -o macvlan_mode=passthru mv1',
      { run: 'docker network create -d macvlan --subnet 10.6.0.0/24 -o parent=lan0 mv2', statusOnly: true },
      'docker network rm mv1',
      noLan,
    ],
  },
  {
    name: 'networks-drivers/others',
    steps: [
      'docker network create -d overlay ov',
      'docker network create -d nonsense n1',
      'docker network create -d host h2',
      'docker network create -d null n2',
      'docker network create --ipam-driver nonsense n3',
      'docker network create --scope swarm n4',
      'docker network create -d ipvlan --subnet 10.8.0.0/24 -o parent=lo iv',
      'docker network create -d ipvlan --subnet 10.8.0.0/24 -o parent=lo -o ipvlan_mode=l4 iv',
      'docker network create -d ipvlan --subnet 10.8.0.0/24 -o parent=lo -o ipvlan_flag=x iv',
    ],
  },
  {
    name: 'networks-drivers/names',
    steps: [
      'docker network create n1',
      'docker network create n1',
      'docker network create ""',
      'docker network create none',
      'docker network create n-1.x_y',
      'docker network rm n1 nobody n-1.x_y',
    ],
  },
  {
    name: 'networks-drivers/bridge-options',
    steps: [
      'docker network create -o com.docker.network.bridge.enable_icc=zz n1',
      'docker network create -o com.docker.network.driver.mtu=zz n1',
      'docker network create -o com.docker.network.driver.mtu=-1 n1',
      'docker network create -o com.docker.network.driver.mtu=1400 -o com.docker.network.bridge.name=brx0 --subnet 10.71.0.0/24 n1',
      'docker network create -o com.docker.network.bridge.name=brx0 n2',
      { inside: 'busybox ip route show dev brx0' },
      'docker run --rm --network n1 busybox cat /sys/class/net/eth0/mtu',
      shown('n1'),
      'docker network rm n1',
      { inside: 'ip link show brx0' },
    ],
  },
  {
    name: 'networks-drivers/interface-prefix',
    steps: [
      'docker network create -o com.docker.network.container_iface_prefix=web --subnet 10.72.0.0/24 n1',
      'docker run --rm --network n1 busybox ip route show dev web0',
    ],
  },
  {
    name: 'networks-drivers/labels-and-filters',
    steps: [
      'docker network create --label a=1 --label b n1',
      'docker network create --label a=2 n2',
      'docker network ls --filter label=a=1 --format {{.Name}}',
      { run: 'docker network ls --filter label=a --format {{.Name}}', unordered: true },
      'docker network ls --filter label=b --format {{.Name}}',
      'docker network ls --filter name=n2 --format {{.Name}}',
      { run: 'docker network ls --filter type=custom --format {{.Name}}', unordered: true },
      { run: 'docker network ls --filter type=builtin --format {{.Name}}', unordered: true },
      'docker network ls --filter type=x',
      { run: 'docker network ls --filter dangling=true --format {{.Name}}', unordered: true },
      'docker network ls --filter scope=local --filter name=n1 -q --no-trunc',
      'docker network prune -f --filter label=a=2',
      'docker network prune -f',
      'docker network ls --filter type=custom -q',
    ],
  },
  {
    name: 'networks-drivers/config-only',
    steps: [
      'docker network create --config-only --subnet 10.73.0.0/24 --label k=v -o com.docker.network.driver.mtu=1300 conf',
      shown('conf'),
      'docker network create --config-from conf n1',
      { ...shown('n1'), drop: ['0.Created'] },
      'docker network rm conf',
      'docker run --rm --network conf busybox true',
      'docker network create --config-from conf --subnet 10.74.0.0/24 n2',
      'docker network create --config-from nobody n2',
      'docker network rm n1',
      'docker network rm conf',
    ],
  },
  {
    name: 'networks-drivers/in-use',
    steps: [
      'docker network create n1',
      'docker run -d --name box-a --network n1 busybox sleep 60',
      { run: 'docker network rm n1', statusOnly: true },
      { run: 'docker network inspect n1 --format "{{len .Containers}}"' },
      'docker stop -t 0 box-a',
      'docker network inspect n1 --format "{{len .Containers}}"',
      'docker network rm n1',
    ],
  },
  {
    name: 'networks-drivers/by-prefix',
    steps: [
      'docker network create n1',
      { run: 'docker network ls -q --filter name=n1', statusOnly: true },
      'docker network inspect no-such',
      'docker network inspect n1 no-such --format {{.Name}}',
      'docker network inspect -v n1 --format {{.Driver}}',
    ],
  },
];
