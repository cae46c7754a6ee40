/** Forms of networks that few use: each of them is honoured or refused as Docker does it. */
import type { Case } from '../contract.ts';

const endpoint = (container: string, network: string) => ({
  run: `docker inspect ${container}`,
  json: true,
  pick: [`0.NetworkSettings.Networks.${network}.IPAMConfig`],
});

const dns = 'docker exec asker nslookup -type=a';

export const networksEdges: readonly Case[] = [
  {
    name: 'networks-edges/link-local-addresses',
    since: 28,
    steps: [
      'docker network create --ipv6 --subnet 10.131.0.0/24 --subnet fd00:131::/64 n1',
      'docker run -d --name box-a busybox sleep 60',
      'docker network connect --ip 10.131.0.9 --link-local-ip 169.254.34.68 n1 box-a',
      endpoint('box-a', 'n1'),
      { run: 'docker exec box-a sh -c "ip -o -4 addr show eth1 | grep -o \'inet [^ ]*\'"', unordered: true },
      'docker run --rm --link-local-ip 169.254.7.7 --network n1 busybox sh -c "ip -o -4 addr show eth0 | grep -o 169.254.7.7/16"',
      'docker run --rm --network name=n1,link-local-ip=fe80::77 busybox sh -c "ip -o -6 addr show eth0 | grep -o fe80::77/64"',
      'docker network disconnect n1 box-a',
      'docker network connect --link-local-ip 10.9.9.9 n1 box-a',
      'docker network disconnect n1 box-a',
    ],
  },
  {
    name: 'networks-edges/names-of-any-kind',
    since: 28,
    steps: [
      ...['a b', 'up/down', 'größe', '.hidden'].flatMap((name) => [
        { run: `docker network create "${name}"` },
        { run: `docker run --rm --network "${name}" busybox true` },
        { run: `docker network inspect --format "{{.Name}}" "${name}"` },
        { run: `docker network rm "${name}"` },
      ]),
      'docker network create " "',
    ],
  },
  {
    name: 'networks-edges/what-is-refused',
    since: 28,
    steps: [
      'docker network create --subnet 10.132.0.0/24 --ip-range 10.132.0.0/16 n1',
      'docker network create --subnet 10.132.0.0/24 --gateway 10.132.0.0 n1',
      'docker network create --subnet 10.132.0.0/24 --gateway 10.132.0.255 n1',
      'docker network create --config-from bridge n1',
      'docker network create -o com.docker.network.bridge.name=lo n1',
      'docker network create -o com.docker.network.bridge.host_binding_ipv4=nonsense n1',
      'docker network create -o com.docker.network.host_ipv4=nonsense n1',
      'docker network create -o com.docker.network.host_ipv6=nonsense --ipv6 n1',
      'docker network ls --filter dangling=nonsense',
      { run: 'docker network create --ipv6 --subnet ff00:1::/64 n1', statusOnly: true },
      { run: 'docker network create --ipv6 --subnet ::/0 n1', statusOnly: true },
      'docker network create n1',
      'docker network inspect n1 --format "{{json .IPAM.Config}}"',
      { api: 'POST /v1.51/networks/prune?filters={%22until%22:[%221h%22,%222h%22]}' },
      'docker run --rm --network container: busybox true',
      'docker create --name made busybox true',
      'docker run --rm --network container:made busybox true',
    ],
  },
  {
    name: 'networks-edges/bridge-of-the-host',
    since: 28,
    steps: [
      { inside: 'ip link add br-mine type bridge' },
      { inside: 'ip addr add 10.133.0.1/24 dev br-mine' },
      'docker network create -o com.docker.network.bridge.name=br-mine --subnet 10.133.0.0/24 n1',
      'docker run --rm --network n1 busybox sh -c "ip -o -4 addr show eth0 | grep -o 10.133.0.2/24"',
      'docker network rm n1',
      { inside: 'sh -c "ip -o -4 addr show br-mine | grep -o 10.133.0.1/24"' },
      { inside: 'ip link delete br-mine' },
      'docker network create -o com.docker.network.bridge.name=br-made n1',
      'docker network rm n1',
      { inside: 'ip link show br-made' },
    ],
  },
  {
    name: 'networks-edges/source-address',
    since: 28,
    steps: [
      'docker network create --ipv6 --subnet 10.134.0.0/24 --subnet fd00:134::/64 -o com.docker.network.bridge.name=br-src -o com.docker.network.host_ipv4=192.0.2.9 -o com.docker.network.host_ipv6=2001:db8::9 n1',
      { inside: 'iptables -t nat -S POSTROUTING', unordered: true },
      { inside: 'ip6tables -t nat -S POSTROUTING', unordered: true },
      'docker network rm n1',
      { inside: 'iptables -t nat -S POSTROUTING', unordered: true },
    ],
  },
  {
    name: 'networks-edges/names-in-two-networks',
    since: 28,
    steps: [
      'docker network create --subnet 10.135.0.0/24 n1',
      'docker network create --subnet 10.136.0.0/24 n2',
      'docker run -d --name db --network n1 --ip 10.135.0.5 busybox sleep 60',
      'docker network connect --ip 10.136.0.5 n2 db',
      'docker run -d --name other --network n2 --ip 10.136.0.6 --network-alias store busybox sleep 60',
      'docker run -d --name asker --network n1 busybox sleep 60',
      'docker network connect --link other:db n2 asker',
      // What it calls others itself comes first, then the first network.
      { run: `${dns} db 127.0.0.11` },
      { run: `${dns} db.n1 127.0.0.11` },
      { run: `${dns} store 127.0.0.11` },
      'docker network disconnect n2 asker',
      'docker network connect n2 asker',
      { run: `${dns} db 127.0.0.11` },
      { run: `${dns} db.n2 127.0.0.11` },
    ],
  },
  {
    name: 'networks-edges/ports-of-a-process-of-the-host',
    since: 28,
    steps: [
      'docker run -d --name holder --network host busybox sh -c "echo page > /index.html; httpd -f -p 127.0.0.1:9999 -h /"',
      { until: 'docker exec holder wget -qO- http://127.0.0.1:9999/', fits: /page/ },
      'docker run --name box-b --rm -p 9999:80 busybox true',
      'docker run --name box-b --rm -p 127.0.0.1:9999:80 busybox true',
      'docker run --name box-b --rm -p 127.0.0.2:9999:80 busybox true',
      'docker run --name box-b --rm -p 192.0.2.77:9998:80 busybox true',
      'docker run --name box-b --rm -p 192.0.2.77:9998:80/udp busybox true',
      'docker run --name box-b --rm -p [2001:db8::77]:9998:80 busybox true',
    ],
  },
  {
    name: 'networks-edges/which-network-leads-out',
    since: 28,
    steps: [
      'docker network create --subnet 10.138.0.0/24 first',
      'docker network create --ipv6 --subnet 10.139.0.0/24 --subnet fd00:139::/64 second',
      'docker network create --ipv6 --ipv4=false --subnet fd00:140::/64 only-six',
      ...['bridge second', 'first second', 'only-six second', 'only-six first'].flatMap((pair) => {
        const [one, other] = pair.split(' ');
        return [
          `docker run -d --name box-a --network ${one} busybox sleep 60`,
          `docker network connect ${other} box-a`,
          'docker exec box-a sh -c "ip -4 route; ip -6 route show default"',
          'docker rm -f box-a',
        ];
      }),
    ],
  },
  {
    name: 'networks-edges/links-to-who-comes-later',
    since: 28,
    steps: [
      'docker network create --subnet 10.141.0.0/24 n1',
      'docker run -d --name asker --network n1 --link later:store busybox sleep 60',
      { run: `${dns} store 127.0.0.11`, statusOnly: true },
      'docker run -d --name later --network n1 --ip 10.141.0.9 busybox sleep 60',
      { run: `${dns} store 127.0.0.11` },
      'docker run --rm --link nobody:x busybox true',
      'docker network disconnect bridge later',
      { api: 'POST /v1.51/networks/bridge/disconnect', body: { Container: 'later' } },
    ],
  },
  {
    name: 'networks-edges/settings-of-interfaces-to-come',
    steps: [
      'docker run --rm --sysctl net.ipv4.conf.default.log_martians=1 busybox cat /proc/sys/net/ipv4/conf/eth0/log_martians',
      'docker network create --subnet 10.137.0.0/24 n1',
      'docker run --rm --network n1 --sysctl net.ipv4.conf.default.log_martians=1 busybox cat /proc/sys/net/ipv4/conf/eth0/log_martians',
    ],
  },
];
