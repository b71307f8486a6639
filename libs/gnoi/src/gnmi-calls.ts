import { Metadata } from '@grpc/grpc-js';
import type { Alarm, Answer, CallFault, RpcError } from '@vecino/upgrade';
import type { CallLimits, DeviceCaller } from './device-caller.js';
import { type Encoding, GetRequest_DataType, type GetResponse, type gNMIClient } from './gen/gnmi/gnmi.js';
import { encodingsToTry } from './gnmi-encoding.js';
import {
  ALARMS,
  BGP_PEERS,
  CHASSIS,
  FREE_SPACE,
  INTERFACES,
  SYSTEM_STATE,
  type BgpPeer,
  type Chassis,
  type FacetQuery,
  type SystemState,
} from './gnmi-facets.js';
import { readLeaves, type Leaf } from './gnmi-leaves.js';
import { formatElems, parsePath } from './gnmi-path.js';
import { readCapabilities, type Capabilities } from './read-answers.js';

/** `reported: false`: the router answers, and does not say this. That is not "there are none". */
export type Facet<T> = ({ readonly reported: true } & T) | { readonly reported: false; readonly why: string };

/** `gnmi.gNMI` of one router. The encoding of every Get is the best that the router advertises. */
export interface GnmiCalls {
  capabilities(limits?: CallLimits): Promise<Answer<Capabilities>>;
  /** Leaves under the paths (`*` for any key), as exact text, by their full path without the names of modules. */
  get(
    paths: readonly string[],
    limits?: CallLimits,
  ): Promise<Answer<{ leaves: ReadonlyMap<string, string> }>>;
  /** Name → oper-status, such as `UP`. */
  interfaces(limits?: CallLimits): Promise<Answer<Facet<{ interfaces: ReadonlyMap<string, string> }>>>;
  bgpPeers(limits?: CallLimits): Promise<Answer<Facet<{ peers: readonly BgpPeer[] }>>>;
  alarms(limits?: CallLimits): Promise<Answer<Facet<{ alarms: readonly Alarm[] }>>>;
  chassis(limits?: CallLimits): Promise<Answer<Facet<{ chassis: Chassis }>>>;
  /** Bytes, on the mount point with the most. */
  freeSpace(limits?: CallLimits): Promise<Answer<Facet<{ freeBytes: number }>>>;
  /** Boot time and clock of one moment, in one Get. */
  systemState(limits?: CallLimits): Promise<Answer<Facet<SystemState>>>;
}

export const gnmiCalls = (client: gNMIClient, caller: DeviceCaller): GnmiCalls => {
  const reader = new GnmiReader(client, caller);
  return {
    capabilities: (limits) => reader.capabilities(limits),
    get: async (paths, limits) => {
      const answer = await reader.get(paths, limits);
      if (answer.kind !== 'answer') return answer;
      const leaves = new Map(answer.leaves.map(({ elems, text }) => [formatElems(elems), text]));
      return { kind: 'answer', leaves };
    },
    interfaces: (limits) => reader.facet(INTERFACES, limits),
    bgpPeers: (limits) => reader.facet(BGP_PEERS, limits),
    alarms: (limits) => reader.facet(ALARMS, limits),
    chassis: (limits) => reader.facet(CHASSIS, limits),
    freeSpace: (limits) => reader.facet(FREE_SPACE, limits),
    systemState: (limits) => reader.facet(SYSTEM_STATE, limits),
  };
};

/** What a connection has learnt of its target. */
interface Target {
  /** Name → version. */
  readonly models: ReadonlyMap<string, string>;
  /** To try, the one in use first. */
  encodings: readonly [Encoding, ...Encoding[]];
  /** Whether a Get in the first of them has succeeded. */
  proven: boolean;
}

class GnmiReader {
  readonly #client: gNMIClient;
  readonly #caller: DeviceCaller;
  readonly #metadata = new Metadata();
  #target: Target | undefined;

  constructor(client: gNMIClient, caller: DeviceCaller) {
    this.#client = client;
    this.#caller = caller;
  }

  capabilities(limits?: CallLimits): Promise<Answer<Capabilities>> {
    return this.#caller.ask(
      { call: 'gnmi.gNMI/Capabilities' },
      limits,
      (options, done) => this.#client.capabilities({}, this.#metadata, options, done),
      readCapabilities,
    );
  }

  async get(paths: readonly string[], limits?: CallLimits): Promise<Answer<{ leaves: readonly Leaf[] }>> {
    const target = await this.#learn(limits);
    if ('kind' in target) return target;
    const first = await this.#getIn(target.encodings[0], paths, limits);
    if (first.kind === 'answer') target.proven = true;
    if (first.kind === 'answer' || target.proven || !isRefusal(first)) return first;
    // Advertised and yet refused, or the paths are at fault: another encoding tells, once per connection.
    for (const [index, encoding] of target.encodings.entries()) {
      if (index === 0) continue;
      const next = await this.#getIn(encoding, paths, limits);
      if (next.kind !== 'answer') continue;
      target.encodings = [encoding];
      target.proven = true;
      return next;
    }
    return first;
  }

  async facet<T extends object>(query: FacetQuery<T>, limits?: CallLimits): Promise<Answer<Facet<T>>> {
    const answer = await this.get(query.paths, limits);
    const models = this.#target?.models ?? new Map<string, string>();
    if (answer.kind === 'answer') {
      const found = query.read(answer.leaves, models);
      if (found !== undefined) return { kind: 'answer', reported: true, ...found };
      return { kind: 'answer', reported: false, why: `nothing at ${query.paths.join(' ')}` };
    }
    if (!doesNotSay(answer)) return answer;
    const { modelOfEmptyList = '' } = query;
    const isEmpty = answer.code === 'NOT_FOUND' && models.has(modelOfEmptyList);
    const none = isEmpty ? query.read([], models) : undefined;
    if (none !== undefined) return { kind: 'answer', reported: true, ...none };
    return { kind: 'answer', reported: false, why: `${answer.code}: ${answer.message}` };
  }

  /** Asks for the capabilities once. A target that will not tell them gets the most common encoding. */
  async #learn(limits: CallLimits | undefined): Promise<Target | CallFault> {
    if (this.#target !== undefined) return this.#target;
    const answer = await this.capabilities(limits);
    if (answer.kind !== 'answer' && !isRefusal(answer) && !isForbidden(answer)) return answer;
    const { models, encodings } = answer.kind === 'answer' ? answer : { models: [], encodings: [] };
    this.#target ??= {
      models: new Map(models.map(({ name, version }) => [name, version])),
      encodings: encodingsToTry(encodings),
      proven: false,
    };
    return this.#target;
  }

  #getIn(
    encoding: Encoding,
    paths: readonly string[],
    limits: CallLimits | undefined,
  ): Promise<Answer<{ leaves: readonly Leaf[] }>> {
    const request = {
      prefix: undefined,
      path: paths.map(parsePath),
      type: GetRequest_DataType.STATE,
      encoding,
    };
    return this.#caller.ask(
      { call: 'gnmi.gNMI/Get', request: { paths } },
      limits,
      (options, done) => this.#client.get(request, this.#metadata, options, done),
      (response: GetResponse) => ({ leaves: readLeaves(response) }),
    );
  }
}

/** The target's own no, to an encoding, a path or a whole method. */
const isRefusal = (fault: CallFault): boolean =>
  fault.kind === 'rpc-error' && ['UNIMPLEMENTED', 'INVALID_ARGUMENT'].includes(fault.code);

const isForbidden = (fault: CallFault): boolean =>
  fault.kind === 'rpc-error' && fault.code === 'PERMISSION_DENIED';

const doesNotSay = (fault: CallFault): fault is RpcError =>
  isRefusal(fault) || (fault.kind === 'rpc-error' && fault.code === 'NOT_FOUND');
