import { gnmiWire } from '@vecino/gnoi';
import { STATE_MODULES } from './device-state.js';
import { jsonOf } from './state-json.js';
import type { Container, Leaf } from './state-tree.js';

export type JsonEncoding = typeof gnmiWire.Encoding.JSON | typeof gnmiWire.Encoding.JSON_IETF;

/** A container as one JSON object. The root has members of several modules, each with its own name. */
export function jsonValue(
  node: Container,
  encoding: JsonEncoding,
  moduleName: string | undefined,
): gnmiWire.TypedValue {
  const ietf = encoding === gnmiWire.Encoding.JSON_IETF;
  return asJson(jsonOf(node, ietf, moduleName ?? ((member) => STATE_MODULES[member])), ietf);
}

/** BYTES carries the text in the encoding of the leaf itself. */
export function encodeLeaf(leaf: Leaf, encoding: gnmiWire.Encoding): gnmiWire.TypedValue {
  const { value } = leaf;
  switch (encoding) {
    case gnmiWire.Encoding.JSON:
      return asJson(jsonOf(leaf, false), false);
    case gnmiWire.Encoding.JSON_IETF:
      return asJson(jsonOf(leaf, true), true);
    case gnmiWire.Encoding.PROTO:
      return typeof value === 'bigint'
        ? { value: { $case: 'uintVal', value } }
        : { value: { $case: 'stringVal', value } };
    case gnmiWire.Encoding.ASCII:
      return { value: { $case: 'asciiVal', value: String(value) } };
    case gnmiWire.Encoding.BYTES:
      return { value: { $case: 'bytesVal', value: Buffer.from(String(value), 'utf8') } };
  }
}

function asJson(text: string, ietf: boolean): gnmiWire.TypedValue {
  const value = Buffer.from(text, 'utf8');
  return { value: ietf ? { $case: 'jsonIetfVal', value } : { $case: 'jsonVal', value } };
}
