import { Metadata } from '@grpc/grpc-js';
import type { Answer } from '@vecino/upgrade';
import { type CallLimits, type DeviceCaller } from './device-caller.js';
import { Encoding, GetRequest_DataType, type gNMIClient } from './gen/gnmi/gnmi.js';
import { parsePath } from './gnmi-path.js';
import { readCapabilities, readLeaves, type Capabilities } from './read-answers.js';

/** `gnmi.gNMI` of one router. */
export interface GnmiCalls {
  capabilities(limits?: CallLimits): Promise<Answer<Capabilities>>;
  /** Scalar leaves under the paths, as exact text, by their full path. */
  get(
    paths: readonly string[],
    limits?: CallLimits,
  ): Promise<Answer<{ leaves: ReadonlyMap<string, string> }>>;
}

export function gnmiCalls(client: gNMIClient, caller: DeviceCaller): GnmiCalls {
  const metadata = new Metadata();
  return {
    capabilities: (limits) =>
      caller.ask(
        { call: 'gnmi.gNMI/Capabilities' },
        limits,
        (options, done) => client.capabilities({}, metadata, options, done),
        readCapabilities,
      ),
    get: (paths, limits) => {
      const request = {
        prefix: undefined,
        path: paths.map(parsePath),
        type: GetRequest_DataType.STATE,
        encoding: Encoding.JSON_IETF,
      };
      return caller.ask(
        { call: 'gnmi.gNMI/Get', request: { paths } },
        limits,
        (options, done) => client.get(request, metadata, options, done),
        readLeaves,
      );
    },
  };
}
