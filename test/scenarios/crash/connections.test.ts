/**
 * Conversations with a container through its published ports while each of the engine's processes dies: those that the
 * packet filter leads there live on with every byte once and in order, as do those of the userland proxy while the
 * daemon alone is gone; with the keeper or minke-proxy they are closed, and the next ones are answered.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Caller } from '../../crash/calls/caller.ts';
import { echoProgram, PORT } from '../../crash/calls/service.ts';
import { keeperPid, killKeeper, killProxy } from '../../crash/kills.ts';
import { type Call, endsCall, type Kind, WAYS } from '../../crash/model.ts';
import { until } from '../../harness/until.ts';
import { aPerson } from '../person.ts';

const LIMIT = 180_000;
const NAME = 'web';

test('connections through published ports live on, or end and come again, whoever dies', {
  timeout: 900_000,
}, async (t) => {
  const person = await aPerson(t, { config: { 'live-restore': true } });
  const { engine } = person;
  await person.types(
    `docker run -d --name ${NAME} -v ${echoProgram()}:/echo:ro -p ${PORT}/tcp -p ${PORT}/udp busybox /echo ${NAME} ${PORT}`,
  );
  const gateway = await person.types('docker network inspect -f "{{(index .IPAM.Config 0).Gateway}}" bridge');
  const caller = await Caller.start(engine.netns);
  const open = async ({ key, proto, way }: Call) => {
    const shown = await person.types(`docker port ${NAME} ${PORT}/${proto}`);
    const port = Number(shown.split('\n')[0]?.split(':').at(-1));
    const address = way === 'proxy' ? '127.0.0.1' : gateway;
    const peer = { proto, port, address, name: NAME };
    assert.equal(await caller.order({ verb: 'open', key, peer, limit: LIMIT }), 'answers', key);
  };
  const calls = (['tcp', 'udp'] as const).flatMap((proto) =>
    WAYS.map((way): Call => ({ key: `${proto} ${way}`, container: NAME, proto, way, mayHaveEnded: false })),
  );
  const deaths: readonly (readonly [Kind, () => Promise<void>])[] = [
    ['daemon', () => engine.crash()],
    ['term', () => engine.down()],
    ['proxy', async () => assert.equal(await killProxy(engine), 1)],
    ['keeper', () => killKeeper(engine)],
    [
      'both',
      async () => {
        await killKeeper(engine);
        await engine.crash();
      },
    ],
  ];
  try {
    for (const call of calls) await open(call);
    for (const [kind, die] of deaths) {
      await die();
      if (engine.pid === 0) await engine.up();
      await until('the keeper', async () => (await keeperPid(engine)) !== undefined);
      for (const call of calls) {
        const { key } = call;
        const words = `${key} when this died: ${kind}`;
        const found = () => caller.order({ verb: 'ask', key, limit: LIMIT });
        if (!endsCall(call, kind)) {
          assert.equal(await found(), 'answers', words);
          continue;
        }
        // minke-proxy may pass a last number on before it sees that its keeper has gone.
        await until(`the end of ${words}`, async () => (await found()) === 'ended', { limit: LIMIT });
        await caller.order({ verb: 'close', key });
        await open(call);
      }
    }
  } finally {
    await caller.end();
  }
});
