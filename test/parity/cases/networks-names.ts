import type { Case } from '../contract.ts';

const ask = (name: string, type = 'a') => `nslookup -type=${type} ${name} 127.0.0.11 | grep -v ^Server`;

/** Names in user-defined networks, resolv.conf and hosts. */
export const networksNames: readonly Case[] = [
  {
    name: 'networks-names/name-alias-id',
    steps: [
      'docker network create --subnet 10.71.0.0/24 n1',
      'docker run -d --name db --network n1 --network-alias store --hostname box --ip 10.71.0.5 busybox sleep 60',
      `docker run --rm --network n1 busybox sh -c "${ask('db')}"`,
      `docker run --rm --network n1 busybox sh -c "${ask('DB')}"`,
      `docker run --rm --network n1 busybox sh -c "${ask('store')}"`,
      `docker run --rm --network n1 busybox sh -c "${ask('db.n1')}"`,
      'docker run --rm --network n1 busybox sh -c "nslookup box 127.0.0.11 | grep -c 10.71.0.5"',
      {
        run: 'docker inspect db',
        json: true,
        pick: ['0.NetworkSettings.Networks.n1.Aliases', '0.NetworkSettings.Networks.n1.DNSNames'],
        unordered: true,
      },
    ],
    since: 28,
  },
  {
    name: 'networks-names/backwards',
    steps: [
      'docker network create --subnet 10.72.0.0/24 n1',
      'docker run -d --name db --network n1 --ip 10.72.0.5 busybox sleep 60',
      'docker run --rm --network n1 busybox sh -c "nslookup 10.72.0.5 127.0.0.11 | grep name"',
    ],
  },
  {
    name: 'networks-names/many-under-one-alias',
    steps: [
      'docker network create --subnet 10.73.0.0/24 n1',
      'docker run -d --name a --network n1 --network-alias all --ip 10.73.0.5 busybox sleep 60',
      'docker run -d --name b --network n1 --network-alias all --ip 10.73.0.6 busybox sleep 60',
      {
        run: 'docker run --rm --network n1 busybox sh -c "nslookup all 127.0.0.11 | grep Address"',
        unordered: true,
      },
      'docker rm -f a',
      'docker run --rm --network n1 busybox sh -c "nslookup all 127.0.0.11 | grep Address"',
    ],
  },
  {
    name: 'networks-names/both-versions',
    steps: [
      'docker network create --ipv6 --subnet 10.74.0.0/24 --subnet fd00:74::/64 n1',
      'docker run -d --name db --network n1 --ip 10.74.0.5 --ip6 fd00:74::5 busybox sleep 60',
      `docker run --rm --network n1 busybox sh -c "${ask('db', 'aaaa')}"`,
      `docker run --rm --network n1 busybox sh -c "${ask('db', 'a')}"`,
      'docker network create --subnet 10.75.0.0/24 n2',
      'docker run -d --name four --network n2 busybox sleep 60',
      'docker run --rm --network n2 busybox sh -c "nslookup -type=aaaa four 127.0.0.11 | grep -c fd00"',
    ],
  },
  {
    name: 'networks-names/links-in-a-network',
    steps: [
      'docker network create --subnet 10.76.0.0/24 n1',
      'docker run -d --name db --network n1 --ip 10.76.0.5 busybox sleep 60',
      'docker run --rm --network n1 --link db:store busybox sh -c "nslookup store 127.0.0.11 | grep Address"',
      'docker run --rm --network n1 busybox sh -c "nslookup -type=a store.n1 127.0.0.11 | grep -c 10.76.0.5"',
    ],
  },
  {
    name: 'networks-names/change-while-running',
    steps: [
      'docker network create --subnet 10.77.0.0/24 n1',
      'docker run -d --name asker --network n1 busybox sleep 60',
      'docker run -d --name db --network n1 --ip 10.77.0.5 busybox sleep 60',
      'docker rename db rows',
      'docker exec asker sh -c "nslookup -type=a rows 127.0.0.11 | grep Address"',
      'docker network disconnect n1 rows',
      'docker network connect --alias other --ip 10.77.0.6 n1 rows',
      'docker exec asker sh -c "nslookup -type=a other 127.0.0.11 | grep Address"',
    ],
  },
  {
    name: 'networks-names/resolv-conf',
    steps: [
      'docker network create n1',
      'docker run --rm --network n1 --dns 192.0.2.53 --dns-search a.example --dns-search b.example --dns-option ndots:3 busybox sh -c "grep -v ^# /etc/resolv.conf"',
      'docker run --rm --dns 192.0.2.53 --dns-search a.example --dns-option timeout:1 busybox sh -c "grep -v ^# /etc/resolv.conf"',
      'docker run --rm --dns-search . --dns 192.0.2.53 busybox sh -c "grep -v ^# /etc/resolv.conf"',
      'docker run --rm --network n1 --dns 192.0.2.53 --dns-search . busybox sh -c "grep -v ^# /etc/resolv.conf"',
      'docker run --rm --network none --dns 192.0.2.53 busybox sh -c "grep -v ^# /etc/resolv.conf"',
      'docker run --rm --dns nonsense busybox true',
      'docker run --rm --dns-search "" busybox true',
    ],
  },
  {
    name: 'networks-names/hosts',
    steps: [
      'docker run --rm --add-host db:10.9.9.9 --add-host six:fd00::9 --hostname box busybox sh -c "grep -v box /etc/hosts"',
      'docker run --rm --add-host gate:host-gateway busybox sh -c "grep gate /etc/hosts"',
      'docker network create --subnet 10.78.0.0/24 n1',
      'docker run --rm --network n1 --add-host gate=host-gateway busybox sh -c "grep gate /etc/hosts"',
      'docker run --rm --network host --add-host db:10.9.9.9 busybox sh -c "grep db /etc/hosts"',
      'docker run --rm --add-host nonsense busybox true',
      'docker run --rm --add-host db:nonsense busybox true',
      'docker run --rm --network n1 --ip 10.78.0.9 --hostname box --domainname example.org busybox sh -c "grep 10.78 /etc/hosts"',
    ],
  },
  {
    name: 'networks-names/only-in-the-same-network',
    steps: [
      'docker network create --internal --subnet 10.79.0.0/24 n1',
      'docker network create --internal --subnet 10.80.0.0/24 n2',
      'docker run -d --name db --network n1 --ip 10.79.0.5 busybox sleep 60',
      { run: 'docker run --rm --network n2 busybox nslookup -type=a db 127.0.0.11', statusOnly: true },
      'docker run -d --name both --network n1 busybox sleep 60',
      'docker network connect n2 both',
      'docker exec both sh -c "nslookup -type=a db.n1 127.0.0.11 | grep Address"',
      {
        run: 'docker run --rm --network n1 busybox nslookup -type=a example.invalid 127.0.0.11',
        statusOnly: true,
      },
    ],
  },
];
