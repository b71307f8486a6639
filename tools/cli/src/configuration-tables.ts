import { EVERY_SERVICE, type ToldVariable } from '@vecino/lifecycle/config';
import { markdownTable } from './markdown-table.js';

/** A row of a table of variables. */
interface Row extends ToldVariable {
  /** The one service that reads it, where not every one of the table does. */
  readonly only?: string;
}

/** What a service reads by a schema of its own. */
export type VariablesOf = (service: string) => readonly ToldVariable[];

/** What services read, as docs/configuration.md tells it: by the heading above each table. */
export const configurationTables = (variablesOf: VariablesOf): ReadonlyMap<string, string> =>
  new Map([
    ['Every service', tableOf(EVERY_SERVICE)],
    ...[
      ['ingest', 'status-projector'],
      ['worker-shared', 'worker-dedicated'],
    ].map((services) => [services.join(' and '), tableOf(rowsOf(services, variablesOf))] as const),
  ]);

const tableOf = (rows: readonly Row[]): string =>
  markdownTable(['variable', 'default', 'meaning'], rows.map(cellsOf));

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
