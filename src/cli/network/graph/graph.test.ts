import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Graph, inOrder, networkNode } from './graph.ts';
import { graphSvg } from './svg.ts';
import { graphText } from './text.ts';

const node = (name: string, containers: Record<string, { Name: string; IPv4Address: string }>, more = {}) =>
  networkNode({
    Name: name,
    Driver: 'bridge',
    IPAM: { Config: [{ Subnet: '10.1.0.0/24' }] },
    Containers: containers,
    ...more,
  });

const graph: Graph = {
  networks: inOrder([
    node('shop', {
      c2: { Name: 'web', IPv4Address: '10.1.0.3/24' },
      c1: { Name: 'db', IPv4Address: '10.1.0.2/24' },
    }),
    node('front', { c2: { Name: 'web', IPv4Address: '10.2.0.2/24' } }, { Internal: true }),
    node('none', {}, { Driver: 'null', IPAM: { Config: null } }),
  ]),
  ports: new Map([['c2', ['0.0.0.0:8080->80/tcp', '[::]:8080->80/tcp']]]),
};

describe('the graph of networks', () => {
  it('is a tree as text', () => {
    assert.equal(
      graphText(graph),
      [
        'front  bridge  internal  10.1.0.0/24',
        '└─ web  10.2.0.2/24  0.0.0.0:8080->80/tcp [::]:8080->80/tcp  also in shop',
        '',
        'none  null',
        '',
        'shop  bridge  10.1.0.0/24',
        '├─ db   10.1.0.2/24',
        '└─ web  10.1.0.3/24  0.0.0.0:8080->80/tcp [::]:8080->80/tcp  also in front',
      ].join('\n'),
    );
  });

  it('is a picture as SVG: a box each, a line an endpoint, nothing of names that is not escaped', () => {
    const svg = graphSvg({ ...graph, networks: [...graph.networks, node('a<b>&"', {})] });
    const count = (text: string): number => svg.split(text).length - 1;
    assert.deepEqual([count('<rect'), count('<path'), count('class="container"')], [7, 3, 2]);
    assert.ok(svg.includes('>a&#60;b&#62;&#38;&#34;<'));
    assert.ok(svg.includes('>0.0.0.0:8080-&#62;80/tcp<'));
    assert.equal(count('<text'), count('</text>'));
    assert.match(graphSvg({ networks: [], ports: new Map() }), /^<svg .*>no networks<.*<\/svg>\n$/s);
  });

  it('has every text in a box of its column, and none on another', () => {
    const crowd = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [
        `w${at}`,
        { Name: `w${at}`, IPv4Address: `10.1.0.${at + 9}/24` },
      ]),
    );
    const long = 'a'.repeat(200);
    for (const networks of [
      graph.networks,
      [node('crowd', crowd), node('back', { w3: { Name: 'w3', IPv4Address: '10.9.0.2/24' } })],
      [node(long, { c1: { Name: `${long}b`, IPv4Address: '10.1.0.2/24' } })],
    ]) {
      const svg = graphSvg({ ...graph, networks });
      const numbers = (pattern: RegExp) =>
        [...svg.matchAll(pattern)].map(([, ...found]) => found.map((each) => Number(each)));
      const boxes = numbers(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g);
      const texts = [
        ...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)" [^>]*>(?:<title>.*?<\/title>)?(.*?)</g),
      ];
      const places = texts.map(([, x, y]) => `${x} ${y}`);
      assert.equal(new Set(places).size, texts.length);
      for (const [, x, y, shown = ''] of texts) {
        const [left, baseline, right] = [
          Number(x),
          Number(y),
          Number(x) + shown.replace(/&#\d+;/g, '_').length * 7.8,
        ];
        const inside = boxes.filter(
          ([at = 0, top = 0, width = 0, height = 0]) =>
            at < left && right < at + width && top < baseline - 10 && baseline < top + height,
        );
        assert.equal(inside.length, 1, shown);
      }
    }
  });
});
