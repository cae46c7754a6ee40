/** Every probe in order, the tags of the description that they speak of, and what cannot be seen. */
import type { Probe, Unseen } from '../contract.ts';
import { containers, exec } from './containers.ts';
import { images, networks, system, volumes } from './others.ts';

export const tags = ['Container', 'Exec', 'Volume', 'System', 'Image', 'Network'] as const;

export const probes: readonly Probe[] = [
  ...containers,
  ...exec,
  ...volumes,
  ...system,
  ...images,
  ...networks,
];

const swarm = 'only volumes and networks of a swarm are answered so, and there is none';

export const unseen: Unseen = {
  ContainerAttachWebsocket: { 200: 'a websocket is opened with 101' },
  ContainerDelete: { 400: 'none of its parameters can be wrong: what is neither 0 nor false counts as 1' },
  PutContainerArchive: { 403: 'what is read-only is answered with 400, as Docker does' },
  ImagePush: { 404: 'an image that is not there is told in the stream behind 200, as Docker does' },
  SystemAuth: {
    204: 'a login that works is told in words',
    401: "a registry's refusal is passed on in its words with 500, as Docker does",
  },
  ImageTag: { 409: 'a tag is never in the way of another: it is moved' },
  VolumeUpdate: { 200: swarm, 400: swarm, 404: swarm },
  NetworkConnect: { 403: swarm },
  NetworkDisconnect: { 403: swarm },
};
