/** One line of what a process is scraped for. */
export interface Sample {
  /** Of a histogram with `_bucket`, `_sum` or `_count`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}

const LINE = /^([A-Za-z_:][A-Za-z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/** Reads Prometheus's text format. Throws at a line that it does not know, and at a sample outside of its family. */
export function readPrometheusText(text: string): readonly Family[] {
  const families: { name: string; type: string; samples: Sample[] }[] = [];
  for (const line of text.split('\n')) {
    const [, name, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (name !== undefined && type !== undefined) families.push({ name, type, samples: [] });
    if (line === '' || line.startsWith('#')) continue;
    const sample = sampleOf(line);
    const family = families.at(-1);
    if (family === undefined || !belongs(sample.name, family)) throw new Error(`in no family: ${line}`);
    family.samples.push(sample);
  }
  return families;
}

function sampleOf(line: string): Sample {
  const [, name, labels = '', value] = LINE.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error(`no sample: ${line}`);
  const pairs = [...labels.matchAll(LABEL)].map(([, label = '', text = '']) => [label, text]);
  return { name, labels: Object.fromEntries(pairs), value: Number(value.replace('Inf', 'Infinity')) };
}

const belongs = (name: string, family: { readonly name: string; readonly type: string }): boolean =>
  name === family.name ||
  (family.type === 'histogram' &&
    ['_bucket', '_sum', '_count'].some((suffix) => name === `${family.name}${suffix}`));
