import { status } from '@grpc/grpc-js';
import { formatPath, gnmiWire } from '@vecino/gnoi';
import type { Device } from './device.js';
import { deviceState, STATE_MODULES } from './device-state.js';
import { encodeLeaf, jsonValue, type JsonEncoding } from './gnmi-value.js';
import { GNMI_ENCODINGS } from './router-config.js';
import type { RouterParts } from './router-parts.js';
import { serveUnary, type Served } from './served-call.js';
import { leavesOf, select, type Elem, type Found } from './state-tree.js';

/** `gnmi.gNMI` of one router: Capabilities and Get. */
export function gnmiService(parts: RouterParts): gnmiWire.gNMIServer {
  const { device } = parts;
  return {
    capabilities: serveUnary(parts, 'Capabilities', () => ({ reply: capabilities(device) })),
    get: serveUnary(parts, 'Get', (request: gnmiWire.GetRequest) => get(device, request)),
  };
}

const MODEL_VERSIONS: Readonly<Record<string, string>> = {
  'openconfig-system': '2.3.0',
  'openconfig-interfaces': '3.7.1',
  'openconfig-network-instance': '4.4.1',
  'openconfig-platform': '0.30.0',
};

const capabilities = ({ config }: Device): gnmiWire.CapabilityResponse => ({
  supportedModels: Object.entries(MODEL_VERSIONS).map(([name, version]) => ({
    name,
    organization: 'OpenConfig working group',
    version,
  })),
  supportedEncodings: config.gnmiEncodings.map((name) => gnmiWire.Encoding[name]),
  gNMIVersion: '0.8.0',
});

type Refusal = { readonly code: status; readonly details: string };

function get(device: Device, request: gnmiWire.GetRequest): Served<gnmiWire.GetResponse> {
  const refusal = refuseRequest(device, request);
  if (refusal !== undefined) return { error: refusal, detail: { encoding: request.encoding } };
  const state = deviceState(device);
  const notification: gnmiWire.Notification[] = [];
  for (const path of request.path.length > 0 ? request.path : [undefined]) {
    const text = formatPath(path, request.prefix);
    const selection = select(state, [...(request.prefix?.elem ?? []), ...(path?.elem ?? [])]);
    switch (selection.kind) {
      case 'invalid':
        return { error: { code: status.INVALID_ARGUMENT, details: `${text}: ${selection.text}` } };
      case 'missing':
        return {
          error: { code: status.NOT_FOUND, details: `no such path: ${text}` },
          detail: { path: text },
        };
      case 'found':
        notification.push(notificationOf(device, request, selection.nodes));
    }
  }
  return { reply: { notification } };
}

const ORIGINS = ['', 'openconfig'];

function refuseRequest({ config }: Device, request: gnmiWire.GetRequest): Refusal | undefined {
  const invalid = (details: string): Refusal => ({ code: status.INVALID_ARGUMENT, details });
  const encoding = GNMI_ENCODINGS.find((name) => gnmiWire.Encoding[name] === request.encoding);
  if (encoding === undefined || !config.gnmiEncodings.includes(encoding)) {
    return { code: status.UNIMPLEMENTED, details: 'encoding not supported' };
  }
  const types: readonly number[] = Object.values(gnmiWire.GetRequest_DataType);
  if (!types.includes(request.type)) return invalid(`no such data type: ${request.type}`);
  if (request.path.some(({ target }) => target !== '')) return invalid('a target belongs in the prefix');
  const paths = request.prefix === undefined ? request.path : [request.prefix, ...request.path];
  const origin = paths.find((path) => !ORIGINS.includes(path.origin))?.origin;
  if (origin !== undefined) return invalid(`no such origin: ${origin}`);
  if (request.prefix?.origin && request.path.some((path) => path.origin !== '')) {
    return invalid('an origin belongs in the prefix or in the paths, not in both');
  }
  return undefined;
}

/** One notification per path asked for. Nothing here is configuration, so CONFIG gets an empty one. */
function notificationOf(
  device: Device,
  { prefix, type, encoding }: gnmiWire.GetRequest,
  nodes: readonly Found[],
): gnmiWire.Notification {
  const wanted = type === gnmiWire.GetRequest_DataType.CONFIG ? [] : nodes;
  return {
    timestamp: device.nowNs(),
    // The specification wants a target to be repeated. Paths are given in full.
    prefix:
      prefix === undefined || prefix.target === ''
        ? undefined
        : { origin: '', elem: [], target: prefix.target },
    update: wanted.flatMap((node) => updatesOf(device, node, encoding)),
    delete: [],
    atomic: false,
  };
}

function updatesOf(device: Device, found: Found, encoding: gnmiWire.Encoding): gnmiWire.Update[] {
  const json = jsonEncoding(encoding);
  if (json !== undefined && device.config.jsonSubtrees && found.node.kind === 'container') {
    const moduleName = STATE_MODULES[found.path[0]?.name ?? ''];
    return [{ path: pathOf(found.path), val: jsonValue(found.node, json, moduleName) }];
  }
  return leavesOf(found).map(({ path, leaf }) => ({ path: pathOf(path), val: encodeLeaf(leaf, encoding) }));
}

const jsonEncoding = (encoding: gnmiWire.Encoding): JsonEncoding | undefined =>
  encoding === gnmiWire.Encoding.JSON || encoding === gnmiWire.Encoding.JSON_IETF ? encoding : undefined;

const pathOf = (elem: readonly Elem[]): gnmiWire.Path => ({
  origin: '',
  elem: elem.map(({ name, key }) => ({ name, key: { ...key } })),
  target: '',
});
