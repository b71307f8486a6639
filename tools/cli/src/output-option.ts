import { Option } from 'commander';

export type OutputFormat = 'text' | 'json';

/** `--output json` for machines. */
export const outputOption = (): Option =>
  new Option('-o, --output <format>', 'for people, or for machines')
    .choices(['text', 'json'])
    .default('text');

/** What a machine asked for goes to stdout alone; what people are told meanwhile then goes to stderr. */
export const tellPeople = (output: OutputFormat): ((text: string) => void) =>
  output === 'json' ? (text) => console.error(text) : (text) => console.log(text);

export const printJson = (report: unknown): void => console.log(JSON.stringify(report, null, 2));
