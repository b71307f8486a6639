import type { CallOptions, ClientDuplexStream } from '@grpc/grpc-js';
import { OSService, type InstallRequest, type InstallResponse, type OSClient } from './gen/gnoi/os.js';

export type InstallStream = ClientDuplexStream<InstallRequest, InstallResponse>;

/** Opens an Install. As `OSClient.install`, but content is copied once on its way to the connection and not three times. */
export function openInstall(client: OSClient, options: Partial<CallOptions>): InstallStream {
  const { path, responseDeserialize } = OSService.install;
  return client.makeBidiStreamRequest(path, encodeInstallRequest, responseDeserialize, options);
}

/** Tag of `bytes transfer_content = 2`. */
const CONTENT_TAG = (2 << 3) | 2;

/** The wire form of a request. The generated code grows a buffer for each message; content knows its size. */
export function encodeInstallRequest(request: InstallRequest): Buffer {
  if (request.request?.$case !== 'transferContent') return OSService.install.requestSerialize(request);
  const content = request.request.value;
  const size = varint(content.length);
  const message = Buffer.allocUnsafe(1 + size.length + content.length);
  message[0] = CONTENT_TAG;
  message.set(size, 1);
  content.copy(message, 1 + size.length);
  return message;
}

/** https://protobuf.dev/programming-guides/encoding/#varints */
function varint(value: number): number[] {
  const bytes = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}
