/** A value of the tree. `identity` names the module that defines the identity: RFC 7951 writes it in front. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly value: string | bigint;
  readonly identity?: string;
}

export interface Container {
  readonly kind: 'container';
  readonly members: ReadonlyMap<string, Node>;
}

export interface List {
  readonly kind: 'list';
  readonly keys: readonly string[];
  readonly entries: readonly ListEntry[];
}

export interface ListEntry {
  readonly key: Readonly<Record<string, string>>;
  readonly node: Container;
}

/** State as YANG orders it. */
export type Node = Leaf | Container | List;

export interface Elem {
  readonly name: string;
  readonly key: Readonly<Record<string, string>>;
}

/** A node, and the one path that leads to it. */
export interface Found {
  readonly path: readonly Elem[];
  readonly node: Leaf | Container;
}

export const leaf = (value: string | bigint, identity?: string): Leaf => ({
  kind: 'leaf',
  value,
  ...(identity !== undefined && { identity }),
});

export const container = (members: Readonly<Record<string, Node>>): Container => ({
  kind: 'container',
  members: new Map(Object.entries(members)),
});

/** Each entry holds its keys as leaves too, as YANG demands. */
export function list<T>(
  keys: readonly string[],
  items: readonly T[],
  keyOf: (item: T) => Readonly<Record<string, Leaf>>,
  membersOf: (item: T) => Readonly<Record<string, Node>>,
): List {
  const entries = items.map((item): ListEntry => {
    const keyLeaves = keyOf(item);
    const key = Object.fromEntries(keys.map((name) => [name, String(keyLeaves[name]?.value ?? '')]));
    return { key, node: container({ ...keyLeaves, ...membersOf(item) }) };
  });
  return { kind: 'list', keys, entries };
}

export type Selection =
  | { readonly kind: 'found'; readonly nodes: readonly Found[] }
  | { readonly kind: 'missing' }
  /** The path can name nothing in any state. */
  | { readonly kind: 'invalid'; readonly text: string };

/**
 * Nodes a path names, by gNMI's rules for wildcards: `*` for a name or a key's value, `...` for any number of levels, a key
 * left out for all its values. A wildcard may match nothing; a name or key that is written out must be there.
 */
export function select(root: Container, path: readonly Elem[]): Selection {
  if (path.some(({ name }) => name === '')) return { kind: 'invalid', text: 'an element without a name' };
  return selectUnder([], root, path);
}

function selectUnder(at: readonly Elem[], node: Leaf | Container, rest: readonly Elem[]): Selection {
  const [elem, ...after] = rest;
  if (elem === undefined) return found([{ path: at, node }]);
  if (elem.name === '...') return selectAnywhere(at, node, elem, after);
  if (node.kind === 'leaf') return { kind: 'missing' };
  if (elem.name === '*') {
    const inside = [...node.members.keys()].map((name) =>
      selectUnder(at, node, [{ name, key: elem.key }, ...after]),
    );
    return found(inside.flatMap(nodesOf));
  }
  const member = node.members.get(elem.name);
  if (member === undefined) return { kind: 'missing' };
  if (member.kind === 'list') return selectEntries(at, member, elem, after);
  if (Object.keys(elem.key).length > 0) {
    return { kind: 'invalid', text: `${elem.name} is no list and has no keys` };
  }
  return selectUnder([...at, { name: elem.name, key: {} }], member, after);
}

function selectEntries(at: readonly Elem[], list: List, elem: Elem, after: readonly Elem[]): Selection {
  const unknown = Object.keys(elem.key).find((name) => !list.keys.includes(name));
  if (unknown !== undefined) return { kind: 'invalid', text: `${elem.name} has no key ${unknown}` };
  const asked = list.keys.filter((name) => (elem.key[name] ?? '*') !== '*');
  const entries = list.entries.filter(({ key }) => asked.every((name) => key[name] === elem.key[name]));
  const wild = asked.length < list.keys.length;
  if (entries.length === 0) return wild ? found([]) : { kind: 'missing' };
  const inside = entries.map(({ key, node }) => selectUnder([...at, { name: elem.name, key }], node, after));
  const invalid = inside.find(({ kind }) => kind === 'invalid');
  if (invalid !== undefined) return invalid;
  return inside.every(({ kind }) => kind === 'missing')
    ? { kind: 'missing' }
    : found(inside.flatMap(nodesOf));
}

function selectAnywhere(
  at: readonly Elem[],
  node: Leaf | Container,
  elem: Elem,
  after: readonly Elem[],
): Selection {
  const here = nodesOf(selectUnder(at, node, after));
  const below = childrenOf(at, node).flatMap((child) =>
    nodesOf(selectUnder(child.path, child.node, [elem, ...after])),
  );
  const unique = new Map([...here, ...below].map((one) => [JSON.stringify(one.path), one]));
  return found([...unique.values()]);
}

const found = (nodes: readonly Found[]): Selection => ({ kind: 'found', nodes });
const nodesOf = (selection: Selection): readonly Found[] =>
  selection.kind === 'found' ? selection.nodes : [];

/** The nodes directly under one, entries of lists each for itself. */
function childrenOf(at: readonly Elem[], node: Leaf | Container): Found[] {
  if (node.kind === 'leaf') return [];
  return [...node.members].flatMap(([name, member]): Found[] =>
    member.kind === 'list'
      ? member.entries.map(({ key, node: entry }) => ({ path: [...at, { name, key }], node: entry }))
      : [{ path: [...at, { name, key: {} }], node: member }],
  );
}

/** All leaves at or under a node. */
export function leavesOf({ path, node }: Found): { path: readonly Elem[]; leaf: Leaf }[] {
  if (node.kind === 'leaf') return [{ path, leaf: node }];
  return childrenOf(path, node).flatMap(leavesOf);
}
