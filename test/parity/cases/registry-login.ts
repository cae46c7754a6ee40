import type { Case } from '../contract.ts';

const R = 'localhost:5001';
const login = { username: 'ada', password: 'secret' };

export const registryLogin: readonly Case[] = [
  {
    name: 'registry/login',
    steps: [
      { registry: 5001, login },
      `docker pull ${R}/bb:1`,
      `docker tag busybox ${R}/bb:1`,
      `docker push ${R}/bb:1`,
      { run: `docker login ${R} -u ada --password-stdin`, input: 'wrong' },
      { run: `docker login ${R} -u ada --password-stdin`, input: 'secret' },
      `docker login ${R}`,
      `docker push ${R}/bb:1`,
      `docker pull ${R}/bb:1`,
      `docker logout ${R}`,
      `docker logout ${R}`,
      `docker pull ${R}/bb:1`,
      { run: 'docker login localhost:5999 -u ada --password-stdin', input: 'secret' },
    ],
  },
  {
    name: 'registry/auth-of-the-api',
    steps: [
      { registry: 5001, login },
      { registry: 5000 },
      { api: 'POST /v1.51/auth', body: { ...login, serveraddress: R }, json: true },
      { api: 'POST /v1.51/auth', body: { ...login, password: 'wrong', serveraddress: R }, json: true },
      { api: 'POST /v1.51/auth', body: { ...login, serveraddress: 'localhost:5000' }, json: true },
      { api: 'POST /v1.51/auth', body: { ...login, serveraddress: `http://${R}` }, json: true },
      { api: 'POST /v1.51/auth', body: { serveraddress: 'localhost:5999' }, json: true },
      { api: `POST /v1.51/images/create?fromImage=${R}/bb&tag=1`, json: true },
    ],
  },
];
