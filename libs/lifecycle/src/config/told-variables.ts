import { invariant } from '@vecino/foundation';
import { z } from 'zod';

/** What docs/configuration.md tells of variables that go together. */
export interface ToldVariable {
  readonly names: readonly string[];
  /** Markdown: what holds where it is unset, `needed`, or nothing. */
  readonly byDefault: string;
  /** Markdown, as the description of its schema has it. */
  readonly meaning: string;
}

/** Those that a schema reads, by name. Such as follow one another with the same meaning are told together. */
export function toldVariables(variables: Readonly<Record<string, z.ZodType>>): ToldVariable[] {
  const told: ToldVariable[] = [];
  for (const [name, schema] of Object.entries(variables)) {
    const meaning = schema.description;
    invariant(meaning !== undefined, `${name} describes itself`);
    const last = told.at(-1);
    if (last?.meaning === meaning) told.splice(-1, 1, { ...last, names: [...last.names, name] });
    else told.push({ names: [name], byDefault: defaultOf(schema), meaning });
  }
  return told;
}

function defaultOf(schema: z.ZodType): string {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    const value = String(schema.def.defaultValue);
    return value === '' ? '' : `\`${value}\``;
  }
  return schema.safeParse(undefined).success ? '' : 'needed';
}
