import type { Path, PathElem } from './gen/gnmi/gnmi.js';

/**
 * `/system/state/boot-time` or `/interfaces/interface[name=eth1/0]/state` as a gNMI path. In a key's value `\]` and `\\` stand
 * for `]` and `\`.
 * https://github.com/openconfig/reference/blob/master/rpc/gnmi/gnmi-path-strings.md
 */
export function parsePath(text: string): Path {
  const elem = (text.match(/(?:[^/[\]]|\[(?:\\.|[^\]\\])*\])+/g) ?? []).map((part) => {
    const key: Record<string, string> = {};
    for (const [, name, value] of part.matchAll(/\[([^=\]]+)=((?:\\.|[^\]\\])*)\]/g)) {
      if (name !== undefined && value !== undefined) key[name] = value.replace(/\\(.)/g, '$1');
    }
    return { name: part.replace(/\[.*$/, ''), key };
  });
  return { origin: '', elem, target: '' };
}

/** Inverse of `parsePath`, with `prefix` in front; keys in alphabetical order. */
export const formatPath = (path: Path | undefined, prefix?: Path): string =>
  formatElems([...(prefix?.elem ?? []), ...(path?.elem ?? [])]);

export const formatElems = (elems: readonly PathElem[]): string =>
  `/${elems.map(({ name, key }) => name + formatKey(key)).join('/')}`;

const formatKey = (key: Record<string, string>): string =>
  Object.entries(key)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `[${name}=${value.replace(/[\]\\]/g, '\\$&')}]`)
    .join('');
