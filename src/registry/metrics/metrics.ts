/** Numbers for Prometheus, in its text format (version 0.0.4). */
export type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly help: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly series: Map<string, { readonly labels: Labels; value: number }>;
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
const shown = (labels: Labels): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};

/** Upper ends of the buckets of durations, in seconds. */
const BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 600];

export class Metrics {
  readonly #families = new Map<string, Family>();

  #family(name: string, kind: Family['kind'], help: string): Family {
    const known = this.#families.get(name);
    if (known !== undefined) return known;
    const family: Family = { help, kind, series: new Map() };
    this.#families.set(name, family);
    return family;
  }

  #entry(family: Family, labels: Labels): { value: number } {
    const key = shown(labels);
    const known = family.series.get(key);
    if (known !== undefined) return known;
    const entry = { labels, value: 0 };
    family.series.set(key, entry);
    return entry;
  }

  /** Adds to a count that only grows. */
  count(name: string, help: string, labels: Labels = {}, by = 1): void {
    this.#entry(this.#family(name, 'counter', help), labels).value += by;
  }

  /** Changes a number that goes up and down. */
  change(name: string, help: string, by: number, labels: Labels = {}): void {
    this.#entry(this.#family(name, 'gauge', help), labels).value += by;
  }

  /** Puts a duration where it belongs. */
  time(name: string, help: string, seconds: number, labels: Labels = {}): void {
    const family = this.#family(name, 'histogram', help);
    for (const end of BUCKETS) {
      this.#entry(family, { ...labels, le: String(end) }).value += seconds <= end ? 1 : 0;
    }
    this.#entry(family, { ...labels, le: '+Inf' }).value += 1;
    this.#entry(family, { ...labels, le: 'sum' }).value += seconds;
  }

  /** The page. */
  text(): string {
    const lines: string[] = [];
    for (const [name, { help, kind, series }] of this.#families) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`);
      for (const { labels, value } of series.values()) {
        if (kind !== 'histogram') {
          lines.push(`${name}${shown(labels)} ${value}`);
          continue;
        }
        const { le, ...others } = labels;
        if (le === 'sum') lines.push(`${name}_sum${shown(others)} ${value}`);
        else lines.push(`${name}_bucket${shown(labels)} ${value}`);
        if (le === '+Inf') lines.push(`${name}_count${shown(others)} ${value}`);
      }
    }
    return `${lines.join('\n')}\n`;
  }
}
