declare module 'lz4js' {
  export function decompressBound(src: Uint8Array): number;
  export function decompressFrame(src: Uint8Array, dst: Uint8Array): number;
}

declare module 'snappyjs' {
  export function uncompress(compressed: Buffer, maxLength?: number): Buffer;
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    pending: unknown[];
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
}

declare module 'kafkajs/src/protocol/decoder.js' {
  export default class Decoder {
    constructor(buffer: Buffer);
    canReadBytes(bytes: number): boolean;
    readBytes(bytes: number): Buffer;
    readInt16(): number;
    readInt32(): number;
    readInt64(): { toString(): string };
    readString(): string;
    readArray<T>(reader: (decoder: Decoder) => T): T[];
    readArrayAsync<T>(reader: (decoder: Decoder) => Promise<T>): Promise<T[]>;
    readVarInt(): number;
    readVarIntBytes(): Buffer | null;
    readVarIntArray<T>(reader: (decoder: Decoder) => T): T[];
  }
}

declare module 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js' {
  import type Decoder from 'kafkajs/src/protocol/decoder.js';
  import type { KafkaMessage } from 'kafkajs';
  export default function decodeMessages(decoder: Decoder): Promise<KafkaMessage[]>;
}

declare module 'kafkajs/src/protocol/encoder.js' {
  export default class Encoder {
    readonly buffer: Buffer;
    writeInt8(value: number): this;
    writeInt16(value: number): this;
    writeInt32(value: number): this;
    writeInt64(value: number): this;
    writeString(value: string): this;
    writeBuffer(value: Buffer): this;
    /** Of a record only: keys, values and the values of headers. */
    writeVarIntBytes(value: Buffer | string | null): this;
    /** Of headers only. */
    writeVarIntArray(headers: readonly Encoder[]): this;
  }
}

declare module 'kafkajs/src/protocol/requests/fetch/v11/request.js' {
  export default function fetchRequest(request: object): object;
}

declare module 'kafkajs/src/protocol/requests/fetch/v11/response.js' {
  /** Throws for the first partition with an error code. */
  export function parse<T>(answer: T): Promise<T>;
}

declare module 'kafkajs/src/cluster/index.js' {
  export default class Cluster {
    findLeaderForPartitions(topic: string, partitions: readonly string[]): Record<string, number[]>;
  }
}

declare module 'kafkajs/src/loggers/index.js' {
  export function createLogger(options: object): object;
}

declare module 'kafkajs/src/producer/index.js' {
  import type { Producer } from 'kafkajs';
  export default function createProducer(options: object): Producer;
}

declare module 'kafkajs/src/protocol/requests/index.js' {
  export const requests: { readonly Produce: object };
}

declare module 'kafkajs/src/broker/index.js' {
  import type { ProduceAnswer } from 'kafkajs/src/protocol/requests/produce/v7/response.js';
  export default class Broker {
    constructor(options: object);
    lookupRequest: (apiKey: number, definitions: object) => (request: object) => object;
    produce(request: object): Promise<ProduceAnswer>;
  }
}

declare module 'kafkajs/src/protocol/requests/produce/v7/response.js' {
  export interface ProduceAnswer {
    readonly topics: readonly {
      readonly topicName: string;
      readonly partitions: readonly { readonly partition: number; readonly errorCode: number }[];
    }[];
  }
  const answers: {
    /** Throws for the first partition with an error code. */
    parse: (answer: ProduceAnswer) => Promise<ProduceAnswer>;
  };
  export default answers;
}

declare module 'kafkajs/src/protocol/recordBatch/v0/decoder.js' {
  import type Decoder from 'kafkajs/src/protocol/decoder.js';
  import type { KafkaMessage } from 'kafkajs';
  export interface RecordBatch {
    readonly firstOffset: string;
    readonly lastOffsetDelta: number;
    readonly producerId: string;
    readonly inTransaction: boolean;
    readonly isControlBatch: boolean;
    readonly records: readonly KafkaMessage[];
  }
  export default function decodeRecordBatch(decoder: Decoder): Promise<RecordBatch>;
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js' {
  import type Decoder from 'kafkajs/src/protocol/decoder.js';
  import type { KafkaMessage } from 'kafkajs';
  export default function decodeRecord(decoder: Decoder, batch: object): KafkaMessage;
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0/index.js' {
  export default function encodeRecord(record: object): { readonly buffer: Buffer };
}
