import type { Container, Leaf, Node } from './state-tree.js';

/** The YANG module of all members of the outermost object, or of each. */
export type ModuleOf = string | ((member: string) => string | undefined);

/**
 * A node as JSON text. `ietf`: as RFC 7951 has it, with 64-bit numbers as strings, the module's name in front of the
 * outermost members and of identities; otherwise as plain JSON. Written by hand because JSON.stringify has no 64-bit numbers.
 */
export function jsonOf(node: Leaf | Container, ietf: boolean, moduleOf?: ModuleOf): string {
  return node.kind === 'leaf' ? leafJson(node, ietf) : objectJson(node, ietf, moduleOf);
}

function leafJson({ value, identity }: Leaf, ietf: boolean): string {
  if (typeof value === 'bigint') return ietf ? `"${value}"` : String(value);
  return JSON.stringify(ietf && identity !== undefined ? `${identity}:${value}` : value);
}

function objectJson(node: Container, ietf: boolean, moduleOf?: ModuleOf): string {
  const nameOf = (member: string): string => {
    const moduleName = typeof moduleOf === 'function' ? moduleOf(member) : moduleOf;
    return ietf && moduleName !== undefined ? `${moduleName}:${member}` : member;
  };
  const members = [...node.members].filter(
    ([, member]) => member.kind !== 'list' || member.entries.length > 0,
  );
  return `{${members.map(([name, member]) => `"${nameOf(name)}":${memberJson(member, ietf)}`).join(',')}}`;
}

function memberJson(node: Node, ietf: boolean): string {
  switch (node.kind) {
    case 'leaf':
      return leafJson(node, ietf);
    case 'container':
      return objectJson(node, ietf);
    case 'list':
      return `[${node.entries.map((entry) => objectJson(entry.node, ietf)).join(',')}]`;
  }
}
