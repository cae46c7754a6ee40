import type { Case } from '../contract.ts';

export const system: readonly Case[] = [
  {
    name: 'system/ping-version-info',
    steps: [
      { api: 'GET /_ping' },
      { api: 'HEAD /_ping', statusOnly: true },
      { api: 'GET /version', shape: true },
      {
        api: 'GET /info',
        shape: true,
        drop: [
          'Warnings',
          'DriverStatus',
          'Containerd',
          'SecurityOptions',
          'CDISpecDirs',
          'DiscoveredDevices',
          'Plugins',
          'Runtimes',
          'RegistryConfig',
          'FirewallBackend',
        ],
      },
      { api: 'GET /v1.24/_ping' },
      { api: 'GET /v1.10/_ping', json: true },
      { api: 'GET /v9.99/_ping', json: true },
      { api: 'GET /no/such/route', json: true },
      { api: 'PATCH /containers/json', json: true },
      { run: 'docker system df', statusOnly: true },
      { api: 'GET /system/df', shape: true },
    ],
  },
  {
    name: 'system/events',
    steps: [
      'docker run --name events-c busybox sh -c "exit 3"',
      'docker network create events-n',
      'docker volume create events-v',
      'docker rm events-c',
      'docker network rm events-n',
      'docker volume rm events-v',
      'docker tag busybox t:1',
      'docker rmi t:1',
      {
        until: 'docker events --since $BEGAN --until 0s --format {{.Action}} --filter container=events-c',
        fits: /destroy/,
      },
      // Docker's `--until 0s` ends with the last whole second.
      {
        until: 'docker events --since $BEGAN --until 0s --format {{.Action}} --filter volume=events-v',
        fits: /destroy/,
      },
      {
        until: 'docker events --since $BEGAN --until 0s --format {{.Action}} --filter network=events-n',
        fits: /destroy/,
      },
      {
        run: 'docker events --since $BEGAN --until 0s --format "{{.Type}} {{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}" --filter type=container --filter container=events-c',
      },
      {
        run: 'docker events --since $BEGAN --until 0s --format "{{.Type}} {{.Action}}" --filter type=volume --filter volume=events-v',
      },
      {
        run: 'docker events --since $BEGAN --until 0s --format "{{.Type}} {{.Action}} {{.Actor.Attributes.name}}" --filter type=network --filter network=events-n',
      },
      'docker events --since nonsense --until 0s',
      'docker events --since 1h --until 0s --filter type=nonsense',
    ],
  },
  {
    name: 'system/event-attributes',
    steps: [
      'docker run -d --name ev --label l=v busybox sleep 60',
      'docker exec ev true',
      'docker pause ev',
      'docker unpause ev',
      'docker rename ev ev2',
      'docker stop -t 0 ev2',
      'docker rm ev2',
      {
        until: 'docker events --since $BEGAN --until 0s --format {{.Action}} --filter container=ev2',
        fits: /destroy/,
      },
      {
        run: 'docker events --since $BEGAN --until 0s --filter container=ev2 --filter type=container --format "{{json .}}"',
        jsonLines: true,
      },
    ],
  },
  {
    name: 'system/stats',
    steps: [
      'docker run -d --name box-a busybox sleep 60',
      {
        api: 'GET /containers/box-a/stats?stream=false',
        shape: true,
        drop: [
          'blkio_stats',
          'memory_stats.stats',
          'cpu_stats.cpu_usage.percpu_usage',
          'precpu_stats.cpu_usage.percpu_usage',
        ],
      },
      {
        api: 'GET /containers/box-a/stats?stream=false&one-shot=true',
        shape: true,
        pick: ['precpu_stats', 'id', 'name', 'pids_stats'],
      },
      'docker stats --no-stream --format "{{.Name}} {{.PIDs}}" box-a',
      'docker stats --no-stream nobody',
      'docker create --name box-b busybox true',
      'docker stats --no-stream --format "{{.Name}} {{.PIDs}} {{.MemUsage}}" box-b',
      { api: 'GET /containers/nobody/stats?stream=false', json: true },
    ],
  },
  {
    name: 'system/health',
    steps: [
      'docker run -d --name box-a --health-cmd "test -e /ok" --health-interval 200ms --health-retries 2 --health-start-period 0s busybox sleep 60',
      { until: 'docker inspect -f {{.State.Health.Status}} box-a', fits: /unhealthy/ },
      'docker ps --format {{.Status}}',
      'docker exec box-a touch /ok',
      { until: 'docker inspect -f {{.State.Health.Status}} box-a', fits: /^healthy/ },
      {
        run: 'docker inspect box-a',
        json: true,
        pick: ['0.State.Health.Status', '0.State.Health.FailingStreak', '0.Config.Healthcheck'],
      },
      'docker ps --format {{.Names}} --filter health=healthy',
      'docker pause box-a',
      'docker inspect -f {{.State.Health.Status}} box-a',
      'docker unpause box-a',
      { until: 'docker inspect -f {{.State.Health.Status}} box-a', fits: /^healthy/ },
      'docker kill box-a',
      'docker wait box-a',
      'docker inspect -f {{.State.Health.Status}} box-a',
      'docker ps -a --format "{{.Names}} {{.State}}" --filter health=unhealthy',
      'docker start box-a',
      'docker inspect -f "{{if .State.Health.Log}}kept{{end}} {{.State.Health.FailingStreak}}" box-a',
      'docker run --rm --no-healthcheck busybox true',
      'docker create --health-interval 1ns --health-cmd x busybox',
    ],
  },
];
