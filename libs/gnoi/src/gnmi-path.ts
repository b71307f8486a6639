import type { Path, TypedValue } from './gen/gnmi/gnmi.js';

/** `/system/state/boot-time` or `/interfaces/interface[name=eth0]/state` as a gNMI path. Keys hold no `]` and names no `/`. */
export function parsePath(text: string): Path {
  const elem = (text.match(/(?:[^/[\]]|\[[^\]]*\])+/g) ?? []).map((part) => {
    const key: Record<string, string> = {};
    for (const [, name, value] of part.matchAll(/\[([^=\]]+)=([^\]]*)\]/g)) {
      if (name !== undefined && value !== undefined) key[name] = value;
    }
    return { name: part.replace(/\[.*$/, ''), key };
  });
  return { origin: '', elem, target: '' };
}

/** Inverse of `parsePath`, with `prefix` in front; keys in alphabetical order. */
export function formatPath(path: Path | undefined, prefix?: Path): string {
  const elems = [...(prefix?.elem ?? []), ...(path?.elem ?? [])];
  const keyText = (key: Record<string, string>): string =>
    Object.entries(key)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `[${name}=${value}]`)
      .join('');
  return `/${elems.map(({ name, key }) => name + keyText(key)).join('/')}`;
}

/** A leaf as text, exact for 64-bit numbers; undefined for what is no scalar. RFC 7951 writes 64-bit numbers as JSON strings: unquoted here. */
export function leafText(value: TypedValue | undefined): string | undefined {
  const leaf = value?.value;
  switch (leaf?.$case) {
    case 'stringVal':
    case 'asciiVal':
      return leaf.value;
    case 'intVal':
    case 'uintVal':
    case 'boolVal':
    case 'doubleVal':
      return String(leaf.value);
    case 'jsonVal':
    case 'jsonIetfVal':
      return jsonScalar(leaf.value.toString('utf8'));
    case 'bytesVal':
    case 'protoBytes':
    case 'leaflistVal':
    case undefined:
      return undefined;
  }
}

function jsonScalar(text: string): string | undefined {
  const trimmed = text.trim();
  // Numbers stay text: JSON.parse would round a boot time in nanoseconds.
  if (/^(-?\d+(\.\d+)?|true|false)$/.test(trimmed)) return trimmed;
  if (!trimmed.startsWith('"')) return undefined;
  try {
    const parsed: unknown = JSON.parse(trimmed);
    return typeof parsed === 'string' ? parsed : undefined;
  } catch {
    return undefined;
  }
}
