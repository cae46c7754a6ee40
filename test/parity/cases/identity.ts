import type { Case } from '../contract.ts';

export const identity: readonly Case[] = [
  {
    name: 'identity/environment',
    steps: [
      { file: 'env', text: '# comment\nA=from file\nB\n\nC=x=y\n' },
      'docker run --rm --hostname box-h busybox env',
      {
        run: 'docker run --rm --hostname box-h -e X=1 -e "Y=a b" -e EMPTY= -e UNSET_HERE busybox env',
        unordered: true,
      },
      { run: 'docker run --rm --hostname box-h --env-file $DIR/env busybox env', unordered: true },
      { run: 'docker run --rm --hostname box-h -e PATH=/bin -e HOME=/else busybox env', unordered: true },
      { run: 'docker run --rm --hostname box-h -t busybox env', tty: true },
      'docker run --rm -e =x busybox true',
    ],
  },
  {
    name: 'identity/user',
    steps: [
      'docker run --rm busybox id',
      'docker run --rm -u nobody busybox id',
      'docker run --rm -u 1234 busybox id',
      'docker run --rm -u 1234:99 busybox id',
      'docker run --rm -u www-data:daemon busybox id',
      'docker run --rm -u www-data --group-add 77 --group-add daemon busybox id',
      'docker run --rm -u nobody busybox sh -c "echo $HOME"',
      'docker run --rm -u 4321 busybox sh -c "echo $HOME"',
      'docker run --rm -u 4321 -e HOME= busybox sh -c "echo $HOME"',
      'docker run --rm -u no-such-user busybox id',
      'docker run --rm -u root:no-such-group busybox id',
      'docker run --rm --group-add no-such-group busybox id',
      'docker run --rm -u nobody busybox sh -c "grep -E ^Cap /proc/self/status"',
    ],
  },
  {
    name: 'identity/working-directory',
    steps: [
      'docker run --rm busybox pwd',
      'docker run --rm -w /tmp busybox pwd',
      'docker run --rm -w /made/for/it busybox sh -c "pwd; stat -c %a:%u . /made"',
      'docker run --rm -w relative busybox pwd',
      'docker run --rm -w /etc/passwd busybox pwd',
    ],
  },
  {
    name: 'identity/entrypoint',
    steps: [
      'docker run --rm --entrypoint echo busybox hello world',
      'docker run --rm --entrypoint /bin/sh busybox -c "echo $0"',
      'docker run --rm --entrypoint "" busybox echo cleared',
      'docker create --name box-e --entrypoint /bin/echo busybox a "b c"',
      {
        run: 'docker inspect box-e',
        json: true,
        pick: ['0.Path', '0.Args', '0.Config.Entrypoint', '0.Config.Cmd'],
      },
      'docker ps -a --no-trunc --format {{.Command}}',
      'docker start -a box-e',
    ],
  },
  {
    name: 'identity/hostname-and-hosts',
    steps: [
      'docker run --rm --hostname box busybox hostname',
      'docker run --rm --hostname box.example.org busybox sh -c "hostname; cat /etc/hostname; cat /etc/hosts"',
      'docker run --rm --hostname box --domainname example.org busybox sh -c "hostname; hostname -f; dnsdomainname; cat /etc/hosts"',
      'docker run --rm --hostname box-h --add-host one:10.0.0.1 --add-host two=10.0.0.2 --add-host six:[::6] busybox cat /etc/hosts',
      'docker run --rm --hostname box-h --add-host gw:host-gateway busybox cat /etc/hosts',
      'docker run --rm --add-host wrong busybox cat /etc/hosts',
      'docker run --rm --add-host x:notanip busybox true',
      'docker run --rm --hostname -bad- busybox hostname',
      'docker run --rm --hostname box-h --network none busybox cat /etc/hosts',
      { run: 'docker run --rm busybox hostname' },
    ],
  },
  {
    name: 'identity/resolv-conf',
    steps: [
      'docker run --rm --dns 10.1.2.3 --dns 10.1.2.4 --dns-search a.test --dns-search b.test --dns-option ndots:2 busybox cat /etc/resolv.conf',
      'docker run --rm --dns 10.1.2.3 --dns-search . busybox cat /etc/resolv.conf',
      'docker run --rm --dns nonsense busybox true',
      'docker run --rm busybox cat /etc/resolv.conf',
      'docker network create n1',
      'docker run --rm --network n1 --dns 10.1.2.3 busybox cat /etc/resolv.conf',
    ],
  },
];
