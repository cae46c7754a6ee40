/** What is wrong with a store, and what to do about it: from facts alone. */
import type { ChainId } from '../../../drivers/storage/contract.ts';
import type { Digest } from '../../../wire/digest.ts';
import type { ImageFacts, LayerFacts, StoreFacts } from './facts.ts';
import type { Finding, Repair } from './finding.ts';
import { pullAgain } from './pull-again.ts';

/** Findings in the order in which they are put right: what stands on something goes before it. */
export function decide(facts: StoreFacts): Finding[] {
  const layers = layerFindings(facts);
  const broken = new Map(
    layers.flatMap(({ layer, finding }) => (finding === null ? [] : [[layer, finding]])),
  );
  const images = facts.images.flatMap((image) => imageFinding(facts, image, broken));
  const dropped = new Set(images.flatMap(({ repair }) => (repair?.do === 'drop image' ? [repair.id] : [])));
  return [
    ...containerFindings(facts, broken),
    ...images,
    ...facts.lostNames
      .filter(({ image }) => !facts.images.some(({ id }) => id === image))
      .map(({ name, image }) =>
        finding('name', name, `its image ${image} is missing`, { do: 'drop name', name, image }),
      ),
    ...filesystemFindings(facts),
    ...layerRepairs(facts, broken, dropped),
    ...manifestFindings(facts, dropped),
    ...sourceFindings(facts),
    ...blobFindings(facts, dropped),
    ...storageFindings(facts),
    ...countFindings(facts),
  ];
}

const finding = (
  kind: Finding['kind'],
  subject: string,
  problem: string,
  repair: Repair | null,
  reason?: string,
): Finding => ({ kind, subject, problem, repair, ...(reason === undefined ? {} : { reason }) });

/** What is wrong with each layer itself. */
function layerFindings(facts: StoreFacts): { layer: ChainId; finding: string | null }[] {
  const known = new Set(facts.layers.map(({ chainId }) => chainId));
  const trees = new Map(
    facts.storage.flatMap(({ kind, subject, problem }) => (kind === 'tree' ? [[subject, problem]] : [])),
  );
  return facts.layers.map(({ chainId, parent, problem }) => ({
    layer: chainId,
    finding:
      trees.get(chainId) ??
      (parent !== null && !known.has(parent) ? `its parent ${parent} is missing` : problem),
  }));
}

function imageFinding(facts: StoreFacts, image: ImageFacts, broken: ReadonlyMap<ChainId, string>): Finding[] {
  const bad = image.chain.find((chainId) => broken.has(chainId));
  const problem =
    image.problem ?? (bad === undefined ? null : `its layer ${bad} is damaged: ${broken.get(bad)}`);
  if (problem === null) return [];
  const lost = facts.lostNames.filter((name) => name.image === image.id).map(({ name }) => name);
  const again = pullAgain([...image.names, ...lost], image.platform);
  const [container] = image.containers;
  if (container !== undefined)
    return [
      {
        ...finding(
          'image',
          image.id,
          problem,
          null,
          `container ${container} is made of it: remove that first`,
        ),
        again,
      },
    ];
  return [
    { ...finding('image', image.id, problem, { do: 'drop image', id: image.id, chain: image.chain }), again },
  ];
}

/** Layers that containers' filesystems stand on, with all below. */
function standing(facts: StoreFacts): Map<ChainId, string> {
  const parents = new Map(facts.layers.map(({ chainId, parent }) => [chainId, parent]));
  const found = new Map<ChainId, string>();
  for (const { id, parent } of facts.filesystems)
    for (let next = parent; next !== null && !found.has(next); next = parents.get(next) ?? null)
      found.set(next, id);
  return found;
}

/** All that stand on a layer, and it itself, bottom first. */
function upwards(layers: readonly LayerFacts[], bottom: ChainId): ChainId[] {
  const found = new Set([bottom]);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const { chainId, parent } of layers) if (parent !== null && found.has(parent)) found.add(chainId);
  }
  return [...found];
}

/** Damaged layers, and whole ones that nobody needs. */
function layerRepairs(
  facts: StoreFacts,
  broken: ReadonlyMap<ChainId, string>,
  dropped: ReadonlySet<Digest>,
): Finding[] {
  const users = standing(facts);
  const kept = new Set(facts.images.filter(({ id }) => !dropped.has(id)).flatMap(({ chain }) => chain));
  const needed = new Set(facts.images.flatMap(({ chain }) => chain));
  const findings: Finding[] = [];
  for (const [chainId, problem] of broken) {
    const layers = upwards(facts.layers, chainId);
    const container = users.get(chainId);
    const reason =
      container !== undefined
        ? `container ${container} stands on it: remove that first`
        : layers.some((layer) => kept.has(layer))
          ? 'an image that stays stands on it'
          : undefined;
    findings.push(
      finding(
        'layer',
        chainId,
        problem,
        reason === undefined ? { do: 'remove layers', layers } : null,
        reason,
      ),
    );
  }
  if (facts.busy) return findings;
  const busy = new Set(facts.layers.flatMap(({ chainId, held }) => (held ? [chainId] : [])));
  for (const { chainId } of facts.layers) {
    if (broken.has(chainId) || needed.has(chainId) || users.has(chainId)) continue;
    const layers = upwards(facts.layers, chainId);
    if (layers.some((layer) => busy.has(layer) || needed.has(layer) || users.has(layer))) continue;
    findings.push(
      finding('layer', chainId, 'no image and no container needs it', { do: 'remove layers', layers }),
    );
  }
  return findings;
}

function containerFindings(facts: StoreFacts, broken: ReadonlyMap<ChainId, string>): Finding[] {
  const there = new Set(facts.filesystems.map(({ id }) => id));
  const faults = new Map(
    facts.storage.flatMap(({ kind, subject, problem }) =>
      kind === 'filesystem' ? [[subject, problem]] : [],
    ),
  );
  const users = new Map<string, string>();
  const parents = new Map(facts.layers.map(({ chainId, parent }) => [chainId, parent]));
  for (const { id, parent } of facts.filesystems)
    for (let next = parent; next !== null; next = parents.get(next) ?? null)
      if (broken.has(next)) users.set(id, `its layer ${next} is damaged`);
  return facts.owned
    .filter(({ needed }) => needed)
    .flatMap(({ id, name }) => {
      const problem = there.has(id) ? (faults.get(id) ?? users.get(id)) : 'its filesystem is missing';
      return problem === undefined
        ? []
        : [finding('container', name, problem, null, `nothing can bring it back: minke rm -f ${name}`)];
    });
}

function filesystemFindings(facts: StoreFacts): Finding[] {
  if (!facts.settled) return [];
  const owned = new Set(facts.owned.map(({ id }) => id));
  return facts.filesystems
    .filter(({ id }) => !owned.has(id))
    .map(({ id }) => finding('filesystem', id, 'no container has it', { do: 'remove filesystem', id }));
}

function manifestFindings(facts: StoreFacts, dropped: ReadonlySet<Digest>): Finding[] {
  const whole = new Map(facts.blobs.map((blob) => [blob.digest, blob.whole]));
  return facts.images
    .filter(({ id }) => !dropped.has(id))
    .flatMap(({ id, manifests }) =>
      manifests
        .flatMap(({ digest, index }) => (index === undefined ? [digest] : [digest, index]))
        .filter((digest) => whole.get(digest) !== true)
        .map((digest) =>
          finding(
            'manifest',
            digest,
            `the manifest of image ${id} is ${whole.has(digest) ? 'damaged' : 'missing'}`,
            { do: 'forget manifest', id, digest },
          ),
        ),
    );
}

function sourceFindings(facts: StoreFacts): Finding[] {
  if (facts.busy) return [];
  const diffIds = new Set(facts.layers.map(({ diffId }) => diffId));
  const pinned = new Set(facts.blobs.flatMap((blob) => (blob.pinned ? [blob.digest] : [])));
  return facts.sources
    .filter(({ diffId, blobs }) => !diffIds.has(diffId) && !blobs.some((blob) => pinned.has(blob)))
    .map(({ diffId }) =>
      finding('source', diffId, 'it tells where a layer came from that is not here', {
        do: 'forget source',
        diffId,
      }),
    );
}

/** Documents of dropped images are no finding of their own: what nothing names goes with the images. */
function blobFindings(facts: StoreFacts, dropped: ReadonlySet<Digest>): Finding[] {
  const diffIds = new Set(facts.layers.map(({ diffId }) => diffId));
  const configs = new Set(facts.images.map(({ id }) => id));
  const documentsOf = (images: readonly ImageFacts[]): Set<Digest> =>
    new Set(
      images.flatMap(({ manifests }) =>
        manifests.flatMap(({ digest, index }) => (index === undefined ? [digest] : [digest, index])),
      ),
    );
  const documents = documentsOf(facts.images);
  const told = documentsOf(facts.images.filter(({ id }) => !dropped.has(id)));
  const packed = new Set(facts.sources.flatMap(({ diffId, blobs }) => (diffIds.has(diffId) ? blobs : [])));
  return facts.blobs.flatMap(({ digest, whole, pinned }) => {
    // A damaged config is the image's own finding, and goes with it.
    if (pinned || configs.has(digest) || told.has(digest)) return [];
    const remove: Repair = { do: 'remove blob', digest };
    if (!whole) return [finding('blob', digest, 'its bytes are not those of its name', remove)];
    if (facts.busy || documents.has(digest) || packed.has(digest)) return [];
    return [finding('blob', digest, 'nothing names it', remove)];
  });
}

function storageFindings(facts: StoreFacts): Finding[] {
  return facts.storage
    .filter(({ kind }) => kind === 'piece' || kind === 'stray')
    .map((fault) => finding('storage', fault.subject, fault.problem, { do: 'mend storage', fault }));
}

function countFindings(facts: StoreFacts): Finding[] {
  return facts.layers
    .filter(({ counted, images }) => counted !== images)
    .map(({ chainId, counted, images }) =>
      finding('count', chainId, `${counted} images are counted on it, there are ${images}`, {
        do: 'count anew',
      }),
    );
}
