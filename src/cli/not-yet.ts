/** Commands of docker that neither the engine nor this command line has yet, with what they are for. */
const notYet: Readonly<Record<string, string>> = {
  checkpoint: 'checkpoints of running containers',
  config: 'swarm mode',
  node: 'swarm mode',
  plugin: 'plugins of its own',
  secret: 'swarm mode',
  service: 'swarm mode',
  stack: 'swarm mode',
  swarm: 'swarm mode',
  trust: 'signatures of images',
};

/** Commands that come with plugins which Docker has. */
const plugins: Readonly<Record<string, string>> = {
  bake: 'docker-buildx',
  buildx: 'docker-buildx',
  compose: 'docker-compose',
};

/** The one line that such a command gets; undefined for any other word. */
export function refusal(program: string, word: string): string | undefined {
  if (Object.hasOwn(notYet, word))
    return `${program}: '${word}' is not there yet: the engine has no ${notYet[word]}`;
  if (Object.hasOwn(plugins, word))
    return `${program}: '${word}' needs the plugin ${plugins[word]} in ~/.docker/cli-plugins`;
  return undefined;
}
