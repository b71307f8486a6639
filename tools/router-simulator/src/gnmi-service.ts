import { status } from '@grpc/grpc-js';
import { formatPath, gnmiWire } from '@vecino/gnoi';
import type { CallLog } from './call-log.js';
import type { Device } from './device.js';
import { serveUnary, type Served } from './served-call.js';

/** `gnmi.gNMI` of one router: Capabilities and Get. */
export function gnmiService(device: Device, log: CallLog): gnmiWire.gNMIServer {
  const { routerId } = device;
  return {
    capabilities: serveUnary(log, routerId, 'gnmi.gNMI/Capabilities', () => ({ reply: CAPABILITIES })),
    get: serveUnary(log, routerId, 'gnmi.gNMI/Get', (request: gnmiWire.GetRequest) => get(device, request)),
  };
}

const CAPABILITIES: gnmiWire.CapabilityResponse = {
  supportedModels: [
    { name: 'openconfig-system', organization: 'OpenConfig working group', version: '2.3.0' },
  ],
  supportedEncodings: [
    gnmiWire.Encoding.JSON,
    gnmiWire.Encoding.PROTO,
    gnmiWire.Encoding.ASCII,
    gnmiWire.Encoding.JSON_IETF,
  ],
  gNMIVersion: '0.8.0',
};

type Leaf = string | bigint;

function stateOf(device: Device): ReadonlyMap<string, Leaf> {
  const now = new Date(Number(device.nowNs() / 1_000_000n));
  return new Map<string, Leaf>([
    ['/system/state/hostname', device.routerId],
    ['/system/state/boot-time', device.bootTimeNs],
    ['/system/state/software-version', device.runningVersion],
    ['/system/state/current-datetime', now.toISOString()],
  ]);
}

function get(device: Device, request: gnmiWire.GetRequest): Served<gnmiWire.GetResponse> {
  const leaves = stateOf(device);
  const notification: gnmiWire.Notification[] = [];
  const asked = request.path.length > 0 ? request.path : [undefined];
  for (const path of asked) {
    const text = formatPath(path, request.prefix);
    const under = text === '/' ? text : `${text}/`;
    const found = [...leaves].filter(([leaf]) => leaf === text || leaf.startsWith(under));
    if (found.length === 0) {
      return { error: { code: status.NOT_FOUND, details: `no such path: ${text}` }, detail: { path: text } };
    }
    const update = found.map(([leaf, value]) => ({
      path: absolute(leaf),
      val: encode(value, request.encoding),
    }));
    if (update.some(({ val }) => val === undefined)) {
      return { error: { code: status.UNIMPLEMENTED, details: 'encoding not supported' } };
    }
    notification.push({ timestamp: device.nowNs(), prefix: undefined, update, delete: [], atomic: false });
  }
  return { reply: { notification } };
}

const absolute = (leaf: string): gnmiWire.Path => ({
  origin: '',
  elem: leaf
    .slice(1)
    .split('/')
    .map((name) => ({ name, key: {} })),
  target: '',
});

/** RFC 7951 writes 64-bit numbers as JSON strings; plain JSON as numbers. */
function encode(value: Leaf, encoding: gnmiWire.Encoding): gnmiWire.TypedValue | undefined {
  const json = (text: string): Buffer => Buffer.from(text, 'utf8');
  switch (encoding) {
    case gnmiWire.Encoding.JSON:
      return {
        value: {
          $case: 'jsonVal',
          value: json(typeof value === 'bigint' ? String(value) : JSON.stringify(value)),
        },
      };
    case gnmiWire.Encoding.JSON_IETF:
      return { value: { $case: 'jsonIetfVal', value: json(JSON.stringify(String(value))) } };
    case gnmiWire.Encoding.PROTO:
      return typeof value === 'bigint'
        ? { value: { $case: 'uintVal', value } }
        : { value: { $case: 'stringVal', value } };
    case gnmiWire.Encoding.ASCII:
      return { value: { $case: 'asciiVal', value: String(value) } };
    case gnmiWire.Encoding.BYTES:
      return undefined;
  }
}
