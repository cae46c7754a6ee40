/** Containers that come and go, and what the packet filter is told. */
import type { Case } from '../contract.ts';

const rules = (chain: string, table = 'filter', program = 'iptables') => ({
  inside: `${program} -t ${table} -S ${chain}`,
  unordered: true,
});

const settings = (container: string, network: string) => ({
  run: `docker inspect ${container}`,
  json: true,
  pick: [`0.NetworkSettings.Networks.${network}`],
  drop: [`0.NetworkSettings.Networks.${network}.DNSNames`],
});

export const networkConnect: readonly Case[] = [
  {
    name: 'networks-connect/stopped',
    steps: [
      'docker network create --subnet 10.101.0.0/24 n1',
      'docker create --name box-a busybox sleep 60',
      'docker network connect --ip 10.101.0.9 n1 box-a',
      {
        ...settings('box-a', 'n1'),
        pick: ['0.NetworkSettings.Networks.n1.IPAMConfig', '0.NetworkSettings.Networks.n1.IPAddress'],
      },
      'docker start box-a',
      // By address: which of two networks gets eth0 is a matter of luck with Docker.
      'docker exec box-a sh -c "ip -o -4 addr | grep -o 10.101.0.9/24; ls /sys/class/net"',
      'docker stop -t 0 box-a',
      'docker network disconnect n1 box-a',
      'docker start box-a',
      'docker exec box-a ip link show eth1',
    ],
  },
  {
    name: 'networks-connect/twice-and-nobody',
    steps: [
      'docker network create n1',
      'docker run -d --name box-a --network n1 busybox sleep 60',
      'docker network connect n1 box-a',
      'docker network connect n1 nobody',
      'docker network connect nobody box-a',
      'docker network disconnect n1 nobody',
      'docker network disconnect nobody box-a',
      'docker network disconnect bridge box-a',
      'docker network disconnect -f n1 box-a',
      'docker network disconnect n1 box-a',
    ],
  },
  {
    name: 'networks-connect/events-of-both-ways',
    // A name that no other case has: events of the last minute are of theirs too.
    steps: [
      'docker network create both-ways',
      'docker create --name box-a busybox sleep 60',
      'docker network connect both-ways box-a',
      'docker network disconnect both-ways box-a',
      'docker start box-a',
      'docker network connect both-ways box-a',
      'docker network disconnect both-ways box-a',
      'docker network disconnect both-ways box-a',
      'docker network connect both-ways box-a',
      'docker network disconnect bridge box-a',
      'docker rm -f box-a',
      'docker network rm both-ways',
      // The client says `until` in whole seconds, so what has just happened is not told yet.
      {
        until: 'docker events --since $BEGAN --until 0s --filter network=both-ways --format {{.Action}}',
        fits: /destroy/,
      },
      {
        run: 'docker events --since $BEGAN --until 0s --filter network=both-ways --format "{{.Type}} {{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.type}}"',
      },
    ],
  },
  {
    name: 'networks-connect/ipam-config-null-or-empty',
    since: 28,
    steps: [
      'docker network create --subnet 10.104.0.0/24 n1',
      'docker run -d --name box-a --network n1 busybox sleep 60',
      'docker run -d --name box-b --network n1 --ip 10.104.0.9 busybox sleep 60',
      ...['a', 'b'].map((name) => ({
        run: `docker inspect box-${name} --format "{{json (index .NetworkSettings.Networks \\"n1\\").IPAMConfig}}"`,
      })),
      ...[null, {}, { IPv4Address: '10.104.0.20' }, { IPv4Address: '' }].flatMap((ipam, index) => [
        {
          api: `POST /v1.51/containers/create?name=made-${index}`,
          body: {
            Image: 'busybox',
            Cmd: ['sleep', '60'],
            HostConfig: { NetworkMode: 'n1' },
            NetworkingConfig: { EndpointsConfig: { n1: { IPAMConfig: ipam } } },
          },
          statusOnly: true,
        },
        {
          run: `docker inspect made-${index} --format "{{json (index .NetworkSettings.Networks \\"n1\\").IPAMConfig}}"`,
        },
        `docker start made-${index}`,
        {
          run: `docker inspect made-${index} --format "{{json (index .NetworkSettings.Networks \\"n1\\").IPAMConfig}}"`,
        },
      ]),
      'docker network create n2',
      ...[null, {}].flatMap((ipam, index) => [
        {
          api: 'POST /v1.51/networks/n2/connect',
          body: { Container: `made-${index}`, EndpointConfig: { IPAMConfig: ipam } },
        },
        {
          run: `docker inspect made-${index} --format "{{json (index .NetworkSettings.Networks \\"n2\\").IPAMConfig}}"`,
        },
      ]),
      {
        run: 'docker network inspect n1 n2',
        json: true,
        pick: ['0.IPAM', '1.IPAM'],
      },
    ],
  },
  {
    name: 'networks-connect/private-modes',
    steps: [
      'docker network create n1',
      'docker run -d --name box-h --network host busybox sleep 60',
      'docker run -d --name box-n --network none busybox sleep 60',
      'docker run -d --name box-c --network container:box-n busybox sleep 60',
      'docker network connect n1 box-h',
      'docker network connect n1 box-n',
      'docker network connect n1 box-c',
      'docker network connect none box-h',
      'docker network disconnect host box-h',
    ],
  },
  {
    name: 'networks-connect/several-at-create',
    since: 28,
    steps: [
      'docker network create --subnet 10.102.0.0/24 n1',
      'docker network create --subnet 10.103.0.0/24 n2',
      'docker run -d --name box-a --network n1 --network n2 busybox sleep 60',
      {
        run: 'docker inspect box-a --format "{{range $k, $v := .NetworkSettings.Networks}}{{$k}} {{$v.IPAddress}} {{end}}"',
      },
      'docker run --rm --network n1 --network host busybox true',
      'docker run --rm --network n1 --network none busybox true',
    ],
  },
  {
    name: 'networks-connect/driver-opts-and-mac',
    since: 28,
    steps: [
      'docker network create --subnet 10.104.0.0/24 n1',
      'docker run -d --name box-a busybox sleep 60',
      'docker network connect --driver-opt com.docker.network.endpoint.ifname=foo0 --ip 10.104.0.4 n1 box-a',
      'docker exec box-a ip -o -4 addr show foo0',
      settings('box-a', 'n1'),
    ],
  },
  {
    name: 'networks-connect/events',
    // A name that no other case has: events of the last minute are of theirs too.
    steps: [
      'docker network create told',
      'docker run -d --name box-a busybox sleep 60',
      'docker network connect told box-a',
      'docker network disconnect told box-a',
      'docker rm -f box-a',
      'docker network rm told',
      {
        until: 'docker events --since $BEGAN --until 0s --filter network=told --format {{.Action}}',
        fits: /destroy/,
      },
      {
        run: 'docker events --since $BEGAN --until 0s --filter network=told --filter event=create --filter event=connect --filter event=destroy --format "{{.Type}} {{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.type}}"',
      },
    ],
  },
  {
    name: 'networks-filter/plain-bridge',
    since: 28,
    steps: [
      'docker network create --subnet 10.105.0.0/24 n1',
      ...[
        'FORWARD',
        'DOCKER',
        'DOCKER-FORWARD',
        'DOCKER-BRIDGE',
        'DOCKER-CT',
        'DOCKER-ISOLATION-STAGE-1',
        'DOCKER-ISOLATION-STAGE-2',
        'DOCKER-USER',
      ].map((chain) => rules(chain)),
      ...['POSTROUTING', 'DOCKER', 'PREROUTING', 'OUTPUT'].map((chain) => rules(chain, 'nat')),
      'docker network rm n1',
      rules('DOCKER'),
      rules('POSTROUTING', 'nat'),
    ],
  },
  {
    name: 'networks-filter/internal',
    since: 28,
    steps: [
      'docker network create --internal --subnet 10.106.0.0/24 n1',
      ...['DOCKER', 'DOCKER-FORWARD', 'DOCKER-ISOLATION-STAGE-1', 'DOCKER-ISOLATION-STAGE-2'].map((chain) =>
        rules(chain),
      ),
      rules('POSTROUTING', 'nat'),
    ],
  },
  {
    name: 'networks-filter/no-icc-no-masquerade',
    since: 28,
    steps: [
      'docker network create --subnet 10.107.0.0/24 -o com.docker.network.bridge.enable_icc=false -o com.docker.network.bridge.enable_ip_masquerade=false n1',
      ...['DOCKER', 'DOCKER-FORWARD', 'DOCKER-ISOLATION-STAGE-1'].map((chain) => rules(chain)),
      rules('POSTROUTING', 'nat'),
    ],
  },
  {
    name: 'networks-filter/routed-and-unprotected',
    since: 28,
    steps: [
      'docker network create --subnet 10.108.0.0/24 -o com.docker.network.bridge.gateway_mode_ipv4=routed n1',
      'docker network create --subnet 10.109.0.0/24 -o com.docker.network.bridge.gateway_mode_ipv4=nat-unprotected n2',
      'docker run -d --name box-a --network n1 -p 80:80 busybox sleep 60',
      ...['DOCKER', 'DOCKER-FORWARD', 'DOCKER-ISOLATION-STAGE-1', 'DOCKER-ISOLATION-STAGE-2'].map((chain) =>
        rules(chain),
      ),
      rules('POSTROUTING', 'nat'),
      rules('DOCKER', 'nat'),
    ],
  },
  {
    name: 'networks-filter/published',
    since: 28,
    steps: [
      'docker network create --subnet 10.110.0.0/24 n1',
      'docker run -d --name box-a --network n1 -p 8080:80 -p 127.0.0.1:8081:81/udp -p 9000-9001:90-91 busybox sleep 60',
      rules('DOCKER'),
      rules('DOCKER', 'nat'),
      'docker rm -f box-a',
      rules('DOCKER'),
      rules('DOCKER', 'nat'),
    ],
  },
  {
    name: 'networks-filter/ipv6',
    since: 28,
    steps: [
      'docker network create --ipv6 --subnet 10.111.0.0/24 --subnet fd00:111::/64 n1',
      'docker run -d --name box-a --network n1 -p 8080:80 busybox sleep 60',
      ...['DOCKER', 'DOCKER-FORWARD', 'DOCKER-CT', 'DOCKER-ISOLATION-STAGE-1'].map((chain) =>
        rules(chain, 'filter', 'ip6tables'),
      ),
      ...['DOCKER', 'POSTROUTING'].map((chain) => rules(chain, 'nat', 'ip6tables')),
    ],
  },
];
