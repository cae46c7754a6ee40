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
      'docker run --name a busybox sh -c "exit 3"',
      'docker network create n1',
      'docker volume create v1',
      'docker rm a',
      'docker network rm n1',
      'docker volume rm v1',
      'docker tag busybox t:1',
      'docker rmi t:1',
      {
        run: 'docker events --since 1h --until 0s --format "{{.Type}} {{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}" --filter type=container --filter container=a',
      },
      {
        run: 'docker events --since 1h --until 0s --format "{{.Type}} {{.Action}}" --filter type=volume --filter volume=v1',
      },
      {
        run: 'docker events --since 1h --until 0s --format "{{.Type}} {{.Action}} {{.Actor.Attributes.name}}" --filter type=network --filter network=n1',
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
        run: 'docker events --since 1h --until 0s --filter container=ev2 --filter type=container --format "{{json .}}"',
      },
    ],
  },
  {
    name: 'system/stats',
    steps: [
      'docker run -d --name a busybox sleep 60',
      {
        api: 'GET /containers/a/stats?stream=false',
        shape: true,
        drop: [
          'blkio_stats',
          'memory_stats.stats',
          'cpu_stats.cpu_usage.percpu_usage',
          'precpu_stats.cpu_usage.percpu_usage',
        ],
      },
      {
        api: 'GET /containers/a/stats?stream=false&one-shot=true',
        shape: true,
        pick: ['precpu_stats', 'id', 'name', 'pids_stats'],
      },
      'docker stats --no-stream --format "{{.Name}} {{.PIDs}}" a',
      'docker stats --no-stream nobody',
      'docker create --name b busybox true',
      'docker stats --no-stream --format "{{.Name}} {{.PIDs}} {{.MemUsage}}" b',
      { api: 'GET /containers/nobody/stats?stream=false', json: true },
    ],
  },
  {
    name: 'system/health',
    steps: [
      'docker run -d --name a --health-cmd "test -e /ok" --health-interval 200ms --health-retries 2 --health-start-period 0s busybox sleep 60',
      { until: 'docker inspect -f {{.State.Health.Status}} a', fits: /unhealthy/ },
      'docker ps --format {{.Status}}',
      'docker exec a touch /ok',
      { until: 'docker inspect -f {{.State.Health.Status}} a', fits: /^healthy/ },
      {
        run: 'docker inspect a',
        json: true,
        pick: ['0.State.Health.Status', '0.State.Health.FailingStreak', '0.Config.Healthcheck'],
      },
      'docker ps --format {{.Names}} --filter health=healthy',
      'docker run --rm --no-healthcheck busybox true',
      'docker create --health-interval 1ns --health-cmd x busybox',
    ],
  },
];
