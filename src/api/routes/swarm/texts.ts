/** What Docker says where a swarm is needed and there is none. */
export const notManager =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
export const notPart = 'This node is not part of a swarm';
