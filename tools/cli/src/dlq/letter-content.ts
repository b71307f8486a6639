import {
  createCommandDecoder,
  createRequestDecoder,
  type DeploymentCommand,
  type NetworkDeploymentRequest,
  type RecordDecoderOptions,
  topics,
} from '@vecino/contracts';
import { isDeploymentId, isTenantId } from '@vecino/foundation';
import { type DeadLetter } from './dead-letter.js';

/** What a dead letter holds, as far as it can be read. */
export type LetterContent =
  | { readonly kind: 'request'; readonly request: NetworkDeploymentRequest }
  | { readonly kind: 'command'; readonly command: DeploymentCommand }
  /** Bytes. What could be made out of them all the same is unchecked text that fits the grammar. */
  | {
      readonly kind: 'unreadable';
      readonly why: string;
      readonly tenantId?: string;
      readonly deploymentId?: string;
    };

export type LetterReader = (letter: DeadLetter) => Promise<LetterContent>;

/** Reads letters by the decoder of the topic that they came from. Rejects while the schema registry is away. */
export function createLetterReader(prefix: string, options: RecordDecoderOptions = {}): LetterReader {
  const names = topics(prefix);
  const requests = createRequestDecoder(options);
  const commands = createCommandDecoder(options);
  return async (letter) => {
    const topic = letter.origin?.topic;
    if (topic === names.requests) {
      const read = await requests.decode(letter);
      if (read.ok) return { kind: 'request', request: read.request };
      return unreadable(read.reason.text, read.tenantId, read.partial?.requestId);
    }
    if (topic === names.commands) {
      const read = await commands.decode(letter);
      if (read.ok) return { kind: 'command', command: read.command };
      return unreadable(read.reason.text, read.tenantId, read.partial?.deploymentId);
    }
    return { kind: 'unreadable', why: `it does not come from ${names.requests} or ${names.commands}` };
  };
}

const unreadable = (why: string, tenantId?: string, deploymentId?: string): LetterContent => ({
  kind: 'unreadable',
  why,
  ...(tenantId !== undefined && isTenantId(tenantId) && { tenantId }),
  ...(deploymentId !== undefined && isDeploymentId(deploymentId) && { deploymentId }),
});

export function tenantOfContent(content: LetterContent): string | undefined {
  switch (content.kind) {
    case 'request':
      return content.request.tenant_id;
    case 'command':
      return content.command.tenant_id;
    case 'unreadable':
      return content.tenantId;
  }
}

/** The deployment's id, where the sender chose it. */
export function deploymentOfContent(content: LetterContent): string | undefined {
  switch (content.kind) {
    case 'request':
      return content.request.request_id ?? undefined;
    case 'command':
      return content.command.deployment_id;
    case 'unreadable':
      return content.deploymentId;
  }
}
