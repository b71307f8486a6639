import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { type Path } from './registry-fault.js';

/** One thing that is wrong with a registry file. */
export interface FileFault {
  /** From 1. */
  readonly line: number;
  /** Such as `tenants[2].networks[0]`; empty for the file itself. */
  readonly path: string;
  readonly reason: string;
}

export type YamlText =
  | { readonly ok: true; readonly value: unknown; lineOf(path: Path): number }
  | { readonly ok: false; readonly faults: readonly FileFault[] };

/** Reads YAML and remembers on which line everything stands. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    const faults = problems.map(({ pos, message }) => ({
      line: lines.linePos(pos[0]).line,
      path: '',
      reason: message,
    }));
    return { ok: false, faults };
  }
  try {
    const value: unknown = document.toJS();
    return { ok: true, value, lineOf: (path) => lines.linePos(offsetOf(document, path)).line };
  } catch (fault) {
    // Aliases that would grow beyond measure.
    return { ok: false, faults: [{ line: 1, path: '', reason: (fault as Error).message }] };
  }
}

/** Offset of the key or item at the path, or of the nearest thing around it that is there. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let offset = document.contents?.range[0] ?? 0;
  let node: unknown = document.contents;
  for (const step of path) {
    const found = stepInto(node, step);
    if (found === undefined) break;
    offset = found.offset ?? offset;
    node = found.node;
  }
  return offset;
}

function stepInto(node: unknown, step: string | number): { offset?: number; node: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    return pair && { ...offsetIn(pair.key), node: pair.value };
  }
  if (isSeq(node) && typeof step === 'number') {
    const item: unknown = node.items[step];
    return item === undefined ? undefined : { ...offsetIn(item), node: item };
  }
  return undefined;
}

const offsetIn = (node: unknown): { offset?: number } =>
  isNode(node) && node.range ? { offset: node.range[0] } : {};
