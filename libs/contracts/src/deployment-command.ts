import { type Reason } from '@vecino/foundation';
import { createAvroCodec } from './avro-codec.js';
import { encodeOrder, type EncodedOrder } from './encode-order.js';
import { type RequestFraming } from './framing.js';
import {
  DEPLOYMENT_COMMAND_SCHEMA as SCHEMA,
  type DeploymentCommand,
  type DeploymentCommandInit,
} from './gen/deployment-command.js';
import { textField } from './readable-text.js';
import {
  createRecordDecoder,
  type EncodedRecord,
  type RecordDecoderOptions,
  type RecordResult,
} from './record-decoder.js';

export type CommandDecodeResult =
  | { readonly ok: true; readonly command: DeploymentCommand }
  | {
      readonly ok: false;
      /** MALFORMED, EMPTY_VALUE, OVERSIZE, UNKNOWN_SCHEMA or INVALID_FIELD. */
      readonly reason: Reason;
      /** As the record says it, not yet looked up; cut to 128 characters like all of `partial`. */
      readonly tenantId?: string;
      readonly partial?: PartialCommand;
    };

/** Text that could be read of a refused command. Unchecked. */
export interface PartialCommand {
  readonly commandId?: string;
  readonly deploymentId?: string;
}

export interface CommandDecoder {
  /**
   * Reads the record's bytes; `validateCommand` judges what they say. In the same tick but for the first record of a schema id.
   * Never throws for what a record holds; the promise fails with a `RegistryError` while the registry is away.
   */
  decode(record: EncodedRecord): CommandDecodeResult | Promise<CommandDecodeResult>;
}

export const commandCodec = createAvroCodec<DeploymentCommand, DeploymentCommandInit>(SCHEMA);

export function createCommandDecoder(options: RecordDecoderOptions = {}): CommandDecoder {
  const decodeRecord = createRecordDecoder(SCHEMA, commandCodec, options);
  return {
    decode(record) {
      const result = decodeRecord(record);
      return result instanceof Promise ? result.then(decodeResultOf) : decodeResultOf(result);
    },
  };
}

/** Writes a command for `deployment-commands`; fields with a default may be left out, but a command without `action` is refused. */
export const encodeCommand = (command: DeploymentCommandInit, framing: RequestFraming): EncodedOrder =>
  encodeOrder(commandCodec, command, framing);

function decodeResultOf(result: RecordResult<DeploymentCommand>): CommandDecodeResult {
  if (result.ok) return { ok: true, command: result.value };
  const { reason, readable } = result;
  return {
    ok: false,
    reason,
    ...textField('tenantId', readable.tenant_id),
    partial: {
      ...textField('commandId', readable.command_id),
      ...textField('deploymentId', readable.deployment_id),
    },
  };
}
