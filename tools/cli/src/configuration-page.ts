import { invariant } from '@vecino/foundation';
import { EVERY_SERVICE, type ToldVariable } from '@vecino/lifecycle/config';
import { table } from './cli-page.js';

/** A row of a table of variables. */
interface Row extends ToldVariable {
  /** The one service that reads it, where not every one of the table does. */
  readonly only?: string;
}

/** What a service reads by a schema of its own. */
type VariablesOf = (service: string) => readonly ToldVariable[];

const MARKED = /(<!-- generated: (.+) -->\n)[\s\S]*?(\n<!-- end of generated -->)/g;

/** docs/configuration.md with the tables of what services read made anew, each between its marks; what stands around them stays. */
export function configurationPage(page: string, variablesOf: VariablesOf): string {
  const tables = new Map<string, readonly Row[]>([
    ['every service', EVERY_SERVICE],
    ...[
      ['ingest', 'status-projector'],
      ['worker-dedicated', 'worker-shared'],
    ].map((services) => [services.join(' and '), rowsOf(services, variablesOf)] as const),
  ]);
  const filled = page.replace(MARKED, (_, begin: string, name: string, end: string) => {
    const rows = tables.get(name);
    invariant(rows !== undefined, `there is a table for ${name}`);
    tables.delete(name);
    return `${begin}\n${table(['variable', 'default', 'meaning'], rows.map(cellsOf))}\n${end}`;
  });
  invariant(tables.size === 0, `docs/configuration.md has a place for ${[...tables.keys()].join(', ')}`);
  return filled;
}

/** In the order in which they are first read. */
function rowsOf(services: readonly string[], variablesOf: VariablesOf): Row[] {
  const readers = new Map<string, { readonly told: ToldVariable; readonly by: readonly string[] }>();
  for (const service of services)
    for (const told of variablesOf(service)) {
      const name = told.names.join();
      readers.set(name, { told, by: [...(readers.get(name)?.by ?? []), service] });
    }
  return [...readers.values()].map(({ told, by }) =>
    by.length === services.length ? told : { ...told, only: by.join(' and ') },
  );
}

const cellsOf = ({ names, only, byDefault, meaning }: Row): string[] => [
  names.map((name) => `\`${name}\``).join(', ') + (only === undefined ? '' : ` (${only} only)`),
  byDefault,
  meaning,
];
