/** One client of the load: it owns its containers, volumes and networks, so that it knows what must come of a request. */
import { request } from 'node:http';
import type { Engine } from '../harness/engine/contract.ts';
import { echoMount, serviceLine } from './calls/service.ts';
import type { Source } from './images.ts';
import {
  after,
  type ContainerModel,
  ENDED,
  endsCalls,
  marked,
  newContainer,
  type Outcome,
  type Program,
  presence,
  type Status,
  struck,
  type Verb,
} from './model.ts';
import type { Random } from './random.ts';
import { type Answer, ask } from './requests.ts';
import type { World } from './world.ts';

/** A name that all actors want: only one may have it. */
export const PRIZE = 'prize';
const SLOTS = 3;

/** Counts without starting a process for a line: `read -t` waits within the shell. */
const COUNT = `trap 'echo end; exit ${ENDED}' TERM; mkfifo /w; exec 3<>/w; i=0; while :; do echo $i; i=$((i+1)); read -t 0.01 x <&3; done`;
const script = (program: Program, echo: string): string =>
  program.kind === 'counter'
    ? `rm -f /w; ${echo}${COUNT}`
    : `i=0; while [ $i -lt ${program.lines} ]; do echo line $i; i=$((i+1)); done; exit ${program.code}`;

export interface ActorOptions {
  readonly number: number;
  readonly engine: Engine;
  readonly world: World;
  readonly random: Random;
  /** OCI runtimes are being killed, so what needs one may be refused. */
  readonly runtimesDie: () => boolean;
  /** The daemon was told to end: what it refuses now may or may not have happened. */
  readonly ending: () => boolean;
  /** Where images come from, by tag. */
  readonly images: ReadonlyMap<string, Source>;
}

export class Actor {
  readonly #options: ActorOptions;
  readonly #mine: { readonly volumes: readonly string[]; readonly networks: readonly string[] };

  constructor(options: ActorOptions) {
    this.#options = options;
    const names = (letter: string) => [0, 1].map((at) => `${letter}${options.number}-${at}`);
    this.#mine = { volumes: names('v'), networks: names('n') };
  }

  /** One random request after the other, until told to stop or cut off. */
  async play(stopped: () => boolean): Promise<void> {
    while (!stopped()) if ((await this.#step()) === 'cut') return;
  }

  async #step(): Promise<Outcome> {
    const { random, number } = this.#options;
    const dice = random.next();
    if (dice < 0.06) return this.#prize();
    if (dice < 0.14) return this.#volume(random.pick(this.#mine.volumes));
    if (dice < 0.22) return this.#network(random.pick(this.#mine.networks));
    if (dice < 0.3) return this.#image(random.pick([...this.#options.images.keys()]));
    return this.#container(`c${number}-${random.between(0, SLOTS - 1)}`);
  }

  /** Asks and tells; a refusal that nothing excuses is a fault. */
  async #ask(
    method: string,
    path: string,
    body?: unknown,
    excused?: (answer: Answer) => boolean,
  ): Promise<Answer> {
    const { engine, world, number, ending, runtimesDie } = this.#options;
    const answer = await ask(engine, method, path, body);
    const outcome = answer.outcome === 'refused' && ending() ? 'cut' : answer.outcome;
    const words = outcome === 'refused' ? `: ${answer.status} ${answer.text.trim().slice(0, 300)}` : '';
    world.tell(`${number} ${method} ${path} ${outcome}${words}`);
    const mayFail =
      excused?.(answer) === true || (runtimesDie() && (answer.status >= 500 || answer.status === 409));
    // Who dies breaks its connections; an answer that does not come is a request that hangs.
    if (answer.hung) world.faults.push(`actor ${number}: ${method} ${path} was not answered`);
    if (outcome === 'refused' && !mayFail) world.faults.push(`actor ${number}: ${method} ${path}${words}`);
    return { ...answer, outcome };
  }

  /** Mine is what I was given, until I gave it back. */
  async #prize(): Promise<Outcome> {
    const { world, number } = this.#options;
    if (world.holder === number) {
      // From here on another may have it, perhaps before our answer comes.
      world.holder = null;
      const { outcome } = await this.#ask('DELETE', `/containers/${PRIZE}`);
      if (world.holder === null) world.containers.set(PRIZE, after(this.#prizeModel(), 'remove', outcome));
      return outcome;
    }
    const { outcome } = await this.#ask(
      'POST',
      `/containers/create?name=${PRIZE}`,
      { Image: 'busybox', Cmd: ['true'] },
      ({ status }) => status === 409,
    );
    if (outcome === 'done') {
      if (world.holder !== null)
        world.faults.push(`the name ${PRIZE} was given to ${world.holder} and to ${number}`);
      world.holder = number;
      world.containers.set(PRIZE, this.#prizeModel());
    }
    if (outcome === 'cut' && world.holder === null) {
      world.containers.set(PRIZE, { ...this.#prizeModel(), may: new Set(['absent', 'created']) });
    }
    return outcome;
  }

  #prizeModel(): ContainerModel {
    const model = newContainer({
      name: PRIZE,
      born: this.#options.world.birth(),
      program: { kind: 'short', lines: 0, code: 0 },
      autoRemove: false,
      volume: '',
      serves: false,
      networks: ['bridge'],
    });
    return after(model, 'create', 'done');
  }

  async #volume(name: string): Promise<Outcome> {
    const { world, number } = this.#options;
    const volume = world.volume(name);
    const used = [...world.containers.values()].some((one) => one.volume === name && !isAbsent(one));
    if (used) return 'refused';
    const there = volume.presence.has('there');
    const { outcome } = there
      ? await this.#ask('DELETE', `/volumes/${name}`)
      : await this.#ask('POST', '/volumes/create', { Name: name, Labels: { actor: String(number) } });
    const marks = there && outcome === 'done' ? { least: 0, most: 0 } : volume.marks;
    world.volumes.set(name, {
      presence: presence(volume.presence, there ? 'absent' : 'there', outcome),
      marks: there && outcome === 'cut' ? { ...marks, least: 0 } : marks,
    });
    return outcome;
  }

  async #network(name: string): Promise<Outcome> {
    const { world } = this.#options;
    const used = [...world.containers.values()].some((one) => name in one.networks && !isAbsent(one));
    if (used) return 'refused';
    const before = world.network(name);
    const there = before.has('there');
    const { outcome } = there
      ? await this.#ask('DELETE', `/networks/${name}`)
      : await this.#ask('POST', '/networks/create', { Name: name });
    world.networks.set(name, presence(before, there ? 'absent' : 'there', outcome));
    return outcome;
  }

  /** Images belong to all; each is in the hands of one actor, by its number. */
  async #image(tag: string): Promise<Outcome> {
    const { world, images, number, ending } = this.#options;
    const at = [...images.keys()].indexOf(tag);
    if (at % ACTORS !== number) return 'refused';
    const before = world.image(tag);
    const there = before.has('there');
    const tar = images.get(tag) ?? null;
    const { outcome, text } = await (there
      ? this.#ask('DELETE', `/images/${tag}`)
      : tar === null
        ? this.#ask('POST', `/images/create?fromImage=${tag.replace(':latest', '')}&tag=latest`)
        : this.#ask('POST', '/images/load?quiet=1', tar));
    // Both answer before they are over, so the last words count.
    const whole = there || outcome !== 'done' || /Loaded image|Status: (Downloaded|Image is up)/.test(text);
    if (!whole && text.includes('"error"') && !ending()) world.faults.push(`${tag} did not come: ${text}`);
    const result = whole ? outcome : 'cut';
    if (result === 'cut') world.cutImages += 1;
    world.images.set(tag, presence(before, there ? 'absent' : 'there', result));
    return result;
  }

  async #container(name: string): Promise<Outcome> {
    const { world, random } = this.#options;
    const model = world.containers.get(name);
    if (model === undefined || isAbsent(model)) return this.#create(name);
    const [status] = model.may;
    if (status === undefined) return 'refused';
    if (model.program.kind === 'short' && model.may.has('running') && !model.may.has('created'))
      return this.#wait(model);
    // After a failure nobody knows; the look at the round's end will tell.
    if (model.may.size > 1) return random.next() < 0.5 ? 'refused' : this.#verb(model, 'remove');
    const verb = random.pick(choices[status]);
    if (verb === 'mark') return this.#mark(model);
    if (verb === 'follow') return this.#follow(model);
    if (verb === 'connect') return this.#connect(model);
    return this.#verb(model, verb);
  }

  async #create(name: string): Promise<Outcome> {
    const { world, random } = this.#options;
    const program: Program =
      random.next() < 0.65
        ? { kind: 'counter' }
        : { kind: 'short', lines: random.between(1, 400), code: random.between(0, 9) };
    const [first, second] = this.#mine.networks.filter((network) => isThere(world.network(network)));
    const network = random.next() < 0.4 ? (first ?? 'bridge') : random.next() < 0.2 ? 'none' : 'bridge';
    const volume = random.next() < 0.4 ? random.pick(this.#mine.volumes) : '';
    const autoRemove = program.kind === 'short' && random.next() < 0.3;
    const networks = [...new Set([network, ...(network === first && second !== undefined ? [second] : [])])];
    const published = network !== 'none' && random.next() < 0.5;
    const serves = published && program.kind === 'counter';
    const model = newContainer({ name, born: world.birth(), program, autoRemove, volume, serves, networks });
    const { outcome } = await this.#ask('POST', `/containers/create?name=${name}`, {
      Image: 'busybox',
      Cmd: ['sh', '-c', script(program, serves ? serviceLine(name) : '')],
      ExposedPorts: published ? { '80/tcp': {}, '80/udp': {} } : {},
      NetworkingConfig: { EndpointsConfig: Object.fromEntries(networks.map((one) => [one, {}])) },
      HostConfig: {
        NetworkMode: network,
        AutoRemove: autoRemove,
        Mounts: [
          ...(volume === '' ? [] : [{ Type: 'volume', Source: volume, Target: '/data' }]),
          ...(serves ? [echoMount()] : []),
        ],
        PortBindings: published ? { '80/tcp': [{ HostPort: '' }], '80/udp': [{ HostPort: '' }] } : {},
      },
    });
    if (volume !== '') {
      const before = world.volume(volume);
      world.volumes.set(volume, { ...before, presence: presence(before.presence, 'there', outcome) });
    }
    world.containers.set(name, after(model, 'create', outcome));
    return outcome;
  }

  async #verb(model: ContainerModel, verb: Verb): Promise<Outcome> {
    const { world, runtimesDie } = this.#options;
    const { name } = model;
    const [method, path] =
      verb === 'remove'
        ? ['DELETE', `/containers/${name}?force=1`]
        : ['POST', `/containers/${name}/${verb}${verb === 'stop' || verb === 'restart' ? '?t=3' : ''}`];
    const gone = ({ status }: Answer) => status === 404 && model.may.has('absent');
    if (endsCalls(verb)) world.release(name);
    const { outcome } = await this.#ask(method, path, undefined, gone);
    const then = after(model, verb, outcome);
    if (verb === 'start' || verb === 'restart') world.fresh.add(name);
    // Until its program is executed a container's process is one of the runtime's.
    world.containers.set(name, runtimesDie() ? struck(model, then) : then);
    return outcome;
  }

  /** A short program ends by itself. */
  async #wait(model: ContainerModel): Promise<Outcome> {
    const { world } = this.#options;
    const { name, autoRemove } = model;
    const { outcome } = await this.#ask(
      'POST',
      `/containers/${name}/wait`,
      undefined,
      ({ status }) => status === 404 && autoRemove,
    );
    const over: Status = autoRemove ? 'absent' : 'exited';
    if (outcome !== 'cut' && !autoRemove) world.containers.set(name, { ...model, may: new Set([over]) });
    if (outcome !== 'cut' && autoRemove) {
      // `wait` answers before the removal is over; the next request is about the name.
      const { status } = await ask(
        this.#options.engine,
        'POST',
        `/containers/${name}/wait?condition=removed`,
      );
      if (status === 0) return 'cut';
      world.containers.set(name, { ...model, may: new Set([over]) });
    }
    return outcome;
  }

  /** A line by an exec: in the volume where there is one, else in the container. */
  async #mark(model: ContainerModel): Promise<Outcome> {
    const { world } = this.#options;
    const { name, volume } = model;
    const file = volume === '' ? '/marks' : '/data/marks';
    const outcome = await this.#exec(name, `echo mark >> ${file}`);
    if (volume === '') world.containers.set(name, { ...model, marks: marked(model.marks, outcome) });
    else {
      const before = world.volume(volume);
      world.volumes.set(volume, { ...before, marks: marked(before.marks, outcome) });
    }
    return outcome;
  }

  async #exec(name: string, line: string): Promise<Outcome> {
    const created = await this.#ask('POST', `/containers/${name}/exec`, {
      Cmd: ['sh', '-c', line],
      AttachStdout: true,
      AttachStderr: true,
    });
    if (created.outcome !== 'done') return created.outcome;
    const id = textAt(created.json, 'Id');
    // What the keeper dies under is cut off, and says so.
    const started = await this.#ask('POST', `/exec/${id}/start`, { Detach: false }, () => true);
    if (started.outcome === 'cut') return 'cut';
    const { outcome, json } = await this.#ask('GET', `/exec/${id}/json`);
    if (outcome !== 'done') return 'cut';
    return textAt(json, 'ExitCode') === '0' && textAt(json, 'Running') === 'false' ? 'done' : 'cut';
  }

  /** Follows its log from the first line until the round is over. */
  async #follow({ name, born }: ContainerModel): Promise<Outcome> {
    const { world, engine, number } = this.#options;
    const parts: Buffer[] = [];
    const call = request({
      socketPath: engine.socket,
      path: `/containers/${name}/logs?follow=1&stdout=1&stderr=1`,
      agent: false,
    });
    call.on('error', () => {});
    call.on('response', (response) => {
      response.on('data', (bytes: Buffer) => parts.push(bytes));
      response.on('error', () => {});
    });
    call.end();
    world.followed.push({ container: name, born, parts, stop: () => call.destroy() });
    world.tell(`${number} follows ${name}`);
    return 'done';
  }

  /** Leaves or joins one of the actor's networks. */
  async #connect(model: ContainerModel): Promise<Outcome> {
    const { world, random } = this.#options;
    const { name, networks } = model;
    const network = random.pick(this.#mine.networks);
    if (!isThere(world.network(network)) || 'none' in networks) return 'refused';
    const leaves = network in networks;
    if (leaves && Object.keys(networks).length === 1) return 'refused';
    // It may be in use from here on, however the answer is.
    const { [network]: _, ...others } = networks;
    // The ports may lead to another of its addresses then.
    world.release(name);
    world.containers.set(name, { ...model, networks: { ...others, [network]: 'maybe' } });
    const { outcome } = await this.#ask('POST', `/networks/${network}/${leaves ? 'disconnect' : 'connect'}`, {
      Container: name,
      Force: false,
    });
    const settled = leaves === (outcome === 'done') ? others : { ...others, [network]: 'yes' as const };
    world.containers.set(name, {
      ...model,
      networks: outcome === 'cut' ? { ...others, [network]: 'maybe' } : settled,
    });
    return outcome;
  }
}

export const ACTORS = 4;

type Choice = Verb | 'mark' | 'follow' | 'connect';

/** What may be done to a container in a state; what stands there twice is done twice as often. */
const choices: Readonly<Record<Status, readonly Choice[]>> = {
  absent: ['create'],
  created: ['start', 'start', 'start', 'remove'],
  running: [
    'stop',
    'kill',
    'restart',
    'pause',
    'mark',
    'mark',
    'mark',
    'follow',
    'connect',
    'connect',
    'remove',
  ],
  paused: ['unpause', 'unpause', 'remove'],
  exited: ['start', 'start', 'remove'],
};

const isAbsent = ({ may }: ContainerModel): boolean => may.size === 1 && may.has('absent');
const isThere = (known: ReadonlySet<string>): boolean => known.size === 1 && known.has('there');

function textAt(json: unknown, key: string): string {
  if (typeof json !== 'object' || json === null) return '';
  return String(Reflect.get(json, key));
}
