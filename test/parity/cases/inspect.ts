import type { Case } from '../contract.ts';

// Folders of layers have ids of the storage driver's own.
const moments = ['0.GraphDriver.Data', '0.Created', '0.State.StartedAt', '0.State.FinishedAt', '0.State.Pid'];

export const inspect: readonly Case[] = [
  {
    name: 'inspect/created',
    steps: [
      'docker create --name box-a --hostname box-h busybox true',
      { run: 'docker inspect box-a', json: true, drop: moments },
    ],
  },
  {
    name: 'inspect/running',
    steps: [
      'docker run -d --name box-a --hostname box-h -p 8080:80 -p 127.0.0.1:9000:90/udp --label k=v --expose 7 busybox sleep 60',
      { run: 'docker inspect box-a', json: true, drop: moments },
      { api: 'GET /containers/json', json: true, unordered: true, drop: ['0.Created'] },
    ],
  },
  {
    name: 'inspect/everything-set',
    steps: [
      `docker create --name box-a --hostname box-h -m 64m --cpus 0.5 --pids-limit 50 -e A=1 -w /tmp -u 5 --label x=y -v /data -v vol:/vol:ro --tmpfs /t --dns 1.2.3.4 --add-host b:1.2.3.4 --restart on-failure:3 --cap-add NET_ADMIN --cap-drop MKNOD --read-only --init --stop-signal INT --stop-timeout 4 --ulimit nofile=10:20 --sysctl net.ipv4.ip_forward=1 --log-opt max-size=1m --health-cmd true --health-interval 5s --health-retries 2 --device /dev/null:/dev/zap --group-add 7 --oom-score-adj 10 --security-opt no-new-privileges --shm-size 1m busybox true`,
      { run: 'docker inspect box-a', json: true, drop: moments },
    ],
  },
  {
    name: 'inspect/formats',
    steps: [
      'docker create --name box-a --label one=1 busybox true',
      `docker inspect -f '{{.Name}} {{.Config.Image}} {{json .Config.Labels}} {{.State.Status}} {{.HostConfig.NetworkMode}}' box-a`,
      `docker inspect -f '{{range $k, $v := .NetworkSettings.Networks}}{{$k}} {{end}}' box-a`,
      `docker inspect -f '{{.No.Such}}' box-a`,
      `docker inspect -f '{{' box-a`,
      { run: 'docker inspect --size box-a', json: true, pick: ['0.SizeRw', '0.SizeRootFs'] },
      { run: 'docker inspect --type image busybox', json: true, pick: ['0.RepoTags', '0.Os'] },
      'docker inspect --type nonsense box-a',
      'docker inspect --type volume box-a',
    ],
  },
  {
    name: 'inspect/ps-filters',
    steps: [
      'docker run -d --name run1 --label tier=web busybox sleep 60',
      'docker run --name end1 --label tier=db busybox sh -c "exit 3"',
      { until: 'docker ps -a', fits: /Exited/ },
      'docker create --name new1 -v vol:/v busybox true',
      'docker ps --format {{.Names}}',
      'docker ps -a --format {{.Names}} --filter status=exited',
      'docker ps -a --format {{.Names}} --filter status=created',
      'docker ps -a --format {{.Names}} --filter label=tier',
      'docker ps -a --format {{.Names}} --filter label=tier=db',
      'docker ps -a --format {{.Names}} --filter name=1',
      'docker ps -a --format {{.Names}} --filter name=^/run',
      'docker ps -a --format {{.Names}} --filter exited=3',
      'docker ps -a --format {{.Names}} --filter ancestor=busybox',
      'docker ps -a --format {{.Names}} --filter before=end1',
      'docker ps -a --format {{.Names}} --filter since=end1',
      'docker ps -a --format {{.Names}} --filter volume=vol',
      'docker ps -a --format {{.Names}} --filter network=bridge',
      'docker ps -a --format {{.Names}} --filter health=none',
      'docker ps -a --format {{.Names}} -n 1',
      'docker ps -a --format {{.Names}} -l',
      'docker ps -a --filter status=nonsense',
      'docker ps -a --filter nonsense=1',
      'docker ps -a --filter exited=x',
      'docker ps -a --filter before=nobody',
      { run: 'docker ps -a -s --format "{{.Names}} {{.Size}}"' },
      'docker ps -a --format "table {{.Names}}\\t{{.Status}}"',
      { api: 'GET /containers/json?all=1&filters=nonsense', json: true },
      { api: 'GET /containers/json?all=1&limit=x', statusOnly: true },
    ],
  },
];
