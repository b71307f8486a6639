import { parse } from 'lossless-json';
import type { GetResponse, PathElem, TypedValue } from './gen/gnmi/gnmi.js';

/** One leaf of a data tree: where it is, without the names of modules, and its value as exact text. */
export interface Leaf {
  readonly elems: readonly PathElem[];
  /** A leaf-list is the JSON array of its members' texts. */
  readonly text: string;
}

/** Keys of the lists that Vecino reads; JSON gives an entry's key only as one of its members. */
const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
  interface: ['name'],
  component: ['name'],
  'network-instance': ['name'],
  protocol: ['identifier', 'name'],
  neighbor: ['neighbor-address'],
  alarm: ['id'],
  'mount-point': ['name'],
};

/** All leaves of a reply, whether the target sent them one by one or as JSON subtrees (RFC 7951 or plain). */
export function readLeaves({ notification }: GetResponse): Leaf[] {
  return notification.flatMap(({ prefix, update }) =>
    update.flatMap(({ path, val }) => {
      const elems = [...(prefix?.elem ?? []), ...(path?.elem ?? [])].map(withoutModules);
      return [...leavesOf(elems, decode(val))];
    }),
  );
}

/** A scalar as text, exact for 64-bit numbers; undefined for a subtree, bytes, or what is no JSON. */
export function leafText(value: TypedValue | undefined): string | undefined {
  const decoded = decode(value);
  return typeof decoded === 'string' ? decoded : undefined;
}

/** Scalars are texts: a number of JSON keeps each of its digits. */
type Value = string | readonly Value[] | { readonly [name: string]: Value } | undefined;

function decode(typed: TypedValue | undefined): Value {
  const leaf = typed?.value;
  switch (leaf?.$case) {
    case 'stringVal':
    case 'asciiVal':
      return leaf.value;
    case 'intVal':
    case 'uintVal':
    case 'boolVal':
    case 'doubleVal':
      return String(leaf.value);
    case 'leaflistVal':
      return leaf.value.element.map(decode);
    case 'jsonVal':
    case 'jsonIetfVal':
      return decodeJson(leaf.value.toString('utf8'));
    case 'bytesVal':
    case 'protoBytes':
    case undefined:
      return undefined;
  }
}

function decodeJson(text: string): Value {
  try {
    return textual(parse(text, undefined, (number) => number));
  } catch {
    return undefined;
  }
}

function textual(json: unknown): Value {
  if (typeof json === 'string') return json;
  if (typeof json === 'boolean') return String(json);
  if (Array.isArray(json)) return json.map(textual);
  if (typeof json !== 'object' || json === null) return undefined;
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, textual(value)]));
}

function* leavesOf(elems: readonly PathElem[], value: Value): Generator<Leaf> {
  if (value === undefined) return;
  if (typeof value === 'string') return yield { elems, text: value };
  if (isArray(value)) {
    // No entries, no leaves: in a data tree an empty list does not exist.
    if (value.length === 0) return;
    if (value.every((member) => typeof member === 'string')) {
      return yield { elems, text: JSON.stringify(value) };
    }
    for (const [index, entry] of value.entries()) yield* leavesOf(ofEntry(elems, entry, index), entry);
    return;
  }
  const container = ofEntry(elems, value);
  for (const [name, member] of Object.entries(value)) {
    yield* leavesOf([...container, { name: withoutModule(name), key: {} }], member);
  }
}

const isArray = (value: Value): value is readonly Value[] => Array.isArray(value);

/** The path of a list's entry: its keys come from the path or, where that has none or a wildcard, from the entry itself. */
function ofEntry(elems: readonly PathElem[], entry: Value, index?: number): readonly PathElem[] {
  const list = elems.at(-1);
  if (list === undefined || entry === undefined || typeof entry === 'string' || isArray(entry)) return elems;
  const names = LIST_KEYS[list.name] ?? (index === undefined ? [] : ['name', 'id']);
  const key = { ...list.key };
  for (const name of names) {
    const found = memberOf(entry, name);
    if (found !== undefined && (key[name] ?? '*') === '*') key[name] = found;
  }
  // Entries of an unknown list must at least not fall together.
  if (index !== undefined && Object.keys(key).length === 0) key['#'] = String(index);
  return [...elems.slice(0, -1), { name: list.name, key }];
}

/** A list's key stands in the entry itself; some targets give it only in the containers below. */
function memberOf(entry: { readonly [name: string]: Value }, name: string): string | undefined {
  for (const [member, value] of Object.entries(entry)) {
    if (withoutModule(member) === name && typeof value === 'string') return value;
  }
  for (const [member, value] of Object.entries(entry)) {
    if (!['state', 'config'].includes(withoutModule(member))) continue;
    if (typeof value === 'object' && !isArray(value)) {
      const found = memberOf(value, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** `openconfig-interfaces:interface` → `interface`; the same for the value of an identity. */
export const withoutModule = (name: string): string => name.replace(/^[A-Za-z_][\w.-]*:/, '');

const withoutModules = ({ name, key }: PathElem): PathElem => ({
  name: withoutModule(name),
  key: Object.fromEntries(Object.entries(key).map(([id, value]) => [withoutModule(id), value])),
});
