/** Names and ids of containers. */
import { randomBytes, randomInt } from 'node:crypto';
import { invalid } from '../../../errors/minke-error.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const adjectives = words(`
  able agile airy amber ample apt arctic awake azure balmy bold brave breezy bright brisk calm candid cheery civil
  clear clever coastal cosy crisp curious dapper daring deft dewy eager early earnest easy fair fearless fleet fluent
  fond frank fresh gentle gifted glad gleaming golden grand hardy hearty honest humble ideal jolly jovial keen kind
  lively loyal lucid lucky mellow merry mild modest neat nimble noble open patient placid playful polite proud quick
  quiet rapid ready robust rosy rustic sandy serene sharp shiny silent silver sleek snug solid spry steady stout sunny
  sure swift tender tidy upbeat vivid warm wise witty zesty
`);

/** People of science and of the sea. */
const surnames = words(`
  agnesi airy alhazen amundsen anning apgar archimedes avicenna babbage baffin banneker banting barents bassi beaufort
  bering bohr boole bose brahe burnell cannon carson cartier cassini cavendish celsius chandra clairaut cook copernicus
  coulomb cousteau curie cuvier dampier darwin davy descartes dirac drake earle edison einstein erdos euclid euler
  faraday fermat fermi feynman fleming flinders franklin frobisher galilei galois gauss germain goeppert hadley halley
  hamilton harrison hawking heisenberg herschel hertz hodgkin hooke hopper hubble hudson humboldt huygens hypatia joule
  kelvin kepler khayyam kovalevskaya lamarr laplace lavoisier leavitt leibniz linnaeus lovelace magellan mawson maxwell
  meitner mendel mendeleev mercator merian mitchell moseley nansen napier newton nightingale nobel noether pascal
  pasteur pauli perey planck ptolemy raman ramanujan riemann rubin rutherford sagan salk scoresby shackleton shannon
  snow somerville tasman tesla tharp torricelli turing volta wegener wu yalow yonath
`);

const pick = (list: readonly string[]): string => list[randomInt(list.length)] ?? '';

/** `adjective_surname`; with a digit behind it from the second try on. */
export const randomName = (attempt: number): string =>
  `${pick(adjectives)}_${pick(surnames)}${attempt === 0 ? '' : randomInt(10)}`;

/** 64 hexadecimal digits, the first 12 of which are not all decimal: they would be read as a number somewhere. */
export function randomId(): string {
  for (;;) {
    const id = randomBytes(32).toString('hex');
    if (/[a-f]/.test(id.slice(0, 12))) return id;
  }
}

const namePattern = /^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** The name without a slash. @throws invalid, with the name as it was given */
export function checkName(name: string): string {
  if (!namePattern.test(name)) {
    throw invalid(`Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  }
  return name.startsWith('/') ? name.slice(1) : name;
}
