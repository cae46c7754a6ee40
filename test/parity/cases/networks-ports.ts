import { echoHere } from '../../harness/network/echo.ts';
import type { Case } from '../contract.ts';

const server = `sh -c "echo page > /index.html; httpd -f -p 80 -h /"`;
const serves = (name: string) =>
  ({ until: `docker exec ${name} wget -qO- http://127.0.0.1/`, fits: /page/ }) as const;
/** What a server in the container `$PID` hears by UDP on port 7, sent to that address, comes back. */
const echoed = (address: string) => ({
  inside: echoHere('exchange', '$PID', '7', address, '7007').join(' '),
});

/** Published ports: every form of `-p`, who reaches them, what is shown of them. */
export const networksPorts: readonly Case[] = [
  {
    name: 'networks-ports/forms-of-publish',
    steps: [
      'docker run -d --name web -p 8080:80 -p 127.0.0.1:8081:80 -p 8082:80/tcp -p 127.0.0.1::81 busybox sleep 60',
      { run: 'docker port web 80', unordered: true },
      { run: 'docker inspect web', json: true, pick: ['0.HostConfig.PortBindings', '0.Config.ExposedPorts'] },
      // Of IPv4 and IPv6 Docker names whichever it tries first.
      'docker run --rm --name late -p 0.0.0.0:8080:80 busybox true',
      'docker run -d -p :80 busybox true',
      'docker run -d -p 8080: busybox true',
      'docker run -d -p 1.2.3:80:80 busybox true',
      'docker run -d -p 80:80:80:80 busybox true',
      'docker run -d -p 8080-8081:80-83 busybox true',
      'docker run -d -p 8081-8080:80 busybox true',
      'docker run -d -p -1:80 busybox true',
      'docker run -d -p 80:80/icmp busybox true',
    ],
  },
  {
    name: 'networks-ports/long-form',
    steps: [
      'docker run -d --name web -p target=80,published=8080,protocol=tcp -p published=5353,target=53,protocol=udp busybox sleep 60',
      { run: 'docker port web', unordered: true },
      'docker run -d -p target=80,published=8090,mode=host busybox true',
      'docker run -d -p target=80,nonsense=1 busybox true',
      'docker run -d -p target busybox true',
    ],
  },
  {
    name: 'networks-ports/range-takes-the-first-free',
    steps: [
      'docker run -d --name one -p 9000-9002:80 busybox sleep 60',
      'docker port one',
      'docker run -d --name two -p 9000-9002:80 busybox sleep 60',
      'docker port two',
      'docker run -d --name three -p 9000-9002:80 busybox sleep 60',
      'docker run -d --name four -p 9000-9002:80 busybox sleep 60',
      'docker rm -f two',
      'docker run -d --name five -p 9000-9002:80 busybox sleep 60',
      'docker port five',
    ],
  },
  {
    name: 'networks-ports/ranges-side-by-side',
    steps: [
      'docker run -d --name many -p 9010-9012:80-82 -p 127.0.0.1:9020-9021:90-91/udp busybox sleep 60',
      { run: 'docker port many', unordered: true },
      'docker port many 81',
      'docker port many 90',
      'docker port many 90/udp',
      'docker port many 1',
      'docker port many nonsense',
      'docker ps --format {{.Ports}}',
    ],
  },
  {
    name: 'networks-ports/publish-all',
    steps: [
      'docker run -d --name any -P --expose 80 --expose 90-91 --expose 53/udp busybox sleep 60',
      { run: 'docker port any', numbers: true, unordered: true },
      {
        run: 'docker inspect any',
        json: true,
        pick: ['0.HostConfig.PortBindings', '0.HostConfig.PublishAllPorts', '0.Config.ExposedPorts'],
      },
      'docker run -d --name some -P -p 8095:80 --expose 80 busybox sleep 60',
      'docker port some',
      'docker run -d --name none -P busybox sleep 60',
      'docker port none',
      { run: 'docker inspect none', json: true, pick: ['0.NetworkSettings.Ports'] },
    ],
  },
  {
    name: 'networks-ports/exposed-alone',
    steps: [
      'docker run -d --name box --expose 80 --expose 81/udp busybox sleep 60',
      'docker port box',
      'docker port box 80',
      {
        run: 'docker inspect box',
        json: true,
        pick: ['0.NetworkSettings.Ports', '0.HostConfig.PortBindings'],
      },
      'docker ps --format {{.Ports}}',
      'docker run -d --expose nonsense busybox true',
      'docker run -d --expose 80-70 busybox true',
      'docker run -d --expose 70000 busybox true',
    ],
  },
  {
    name: 'networks-ports/taken',
    steps: [
      'docker run -d --name one -p 8080:80 busybox sleep 60',
      'docker create --name two -p 8080:80 busybox sleep 60',
      { run: 'docker start two', statusOnly: true },
      'docker ps -a --filter name=two --format {{.State}}',
      'docker run -d --name three -p 127.0.0.1:8080:81 busybox sleep 60',
      'docker run -d --name inner -p 127.0.0.1:8099:81 busybox sleep 60',
      'docker run -d --name outer -p 8099:81 busybox sleep 60',
      'docker run -d --name udp -p 8080:80/udp busybox sleep 60',
      'docker port udp',
      'docker rm -f one',
      'docker start two',
      'docker port two',
    ],
  },
  {
    name: 'networks-ports/udp',
    steps: [
      'docker run -d --name echo -p 7007:7/udp busybox sleep 60',
      { run: 'docker inspect -f {{.State.Pid}} echo', keep: 'PID', statusOnly: true },
      'docker port echo',
      echoed('127.0.0.1'),
      echoed('172.17.0.1'),
      echoed('::1'),
    ],
  },
  {
    name: 'networks-ports/hairpin',
    steps: [
      `docker run -d --name web -p 8080:80 busybox ${server}`,
      serves('web'),
      // By the host's address in the network: from another container, and from the one that publishes it.
      'docker run --rm busybox wget -qO- http://172.17.0.1:8080/',
      'docker exec web wget -qO- http://172.17.0.1:8080/',
      'docker network create --subnet 10.61.0.0/24 n1',
      'docker run --rm --network n1 busybox wget -qO- http://10.61.0.1:8080/',
      'docker run --rm --network host busybox wget -qO- http://127.0.0.1:8080/',
    ],
  },
  {
    name: 'networks-ports/loopback-only',
    steps: [
      `docker run -d --name web -p 127.0.0.1:8081:80 busybox ${server}`,
      serves('web'),
      { inside: 'busybox wget -qO- http://127.0.0.1:8081/' },
      { inside: 'busybox wget -qO- http://172.17.0.1:8081/', statusOnly: true },
      { run: 'docker run --rm busybox wget -qO- http://172.17.0.1:8081/', statusOnly: true },
    ],
  },
  {
    name: 'networks-ports/stopped-and-started',
    steps: [
      `docker run -d --name web -p 8080:80 busybox ${server}`,
      serves('web'),
      'docker stop -t 0 web',
      'docker port web',
      { inside: 'busybox wget -qO- http://127.0.0.1:8080/', statusOnly: true },
      {
        run: 'docker inspect web',
        json: true,
        pick: ['0.NetworkSettings.Ports', '0.HostConfig.PortBindings'],
      },
      'docker start web',
      'docker port web',
      serves('web'),
      { inside: 'busybox wget -qO- http://127.0.0.1:8080/' },
    ],
  },
  {
    name: 'networks-ports/by-the-api',
    steps: [
      {
        api: 'POST /v1.47/containers/create?name=web',
        body: {
          Image: 'busybox',
          Cmd: ['sleep', '60'],
          ExposedPorts: { '80/tcp': {} },
          HostConfig: {
            PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }, { HostPort: '8081' }] },
          },
        },
        statusOnly: true,
      },
      'docker start web',
      { run: 'docker port web', unordered: true },
      {
        api: 'POST /v1.47/containers/create?name=bad',
        body: { Image: 'busybox', HostConfig: { PortBindings: { '80/tcp': [{ HostPort: 'x' }] } } },
      },
      {
        api: 'POST /v1.47/containers/create?name=bad',
        body: { Image: 'busybox', HostConfig: { PortBindings: { '70000/tcp': [{ HostPort: '1' }] } } },
        statusOnly: true,
      },
    ],
  },
  {
    name: 'networks-ports/port-zero',
    steps: ['docker run -d --name zero -p 0:0 busybox sleep 60', { run: 'docker port zero', numbers: true }],
  },
];
