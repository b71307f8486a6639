import { connect, type Socket } from 'node:net';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';

const CLIENT_ID = 'vecino-poison';
const ANSWER_WITHIN_MS = 30_000;
const LENGTH_BYTES = 4;

interface Asked {
  readonly resolve: (answer: ByteReader) => void;
  readonly reject: (err: Error) => void;
}

/**
 * A connection to one broker, which must be the leader of all that it is asked for. Not kafkajs: it can send what no
 * client would, and sees what lies in a topic as it is, without the product's own reading in between.
 */
export class KafkaSocket {
  readonly #socket: Socket;
  readonly #asked = new Map<number, Asked>();
  #chunks: Buffer[] = [];
  #unread = 0;
  /** Bytes until something can be said of the next answer: first its length, then all of it. */
  #needed = LENGTH_BYTES;
  #lastId = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('error', (err) => this.#end(err));
    socket.on('close', () => this.#end(new Error('the connection to Kafka was closed')));
  }

  /** `address` as `host:port`. */
  static async open(address: string): Promise<KafkaSocket> {
    const at = address.lastIndexOf(':');
    const socket = connect({
      host: address.slice(0, at),
      port: Number(address.slice(at + 1)),
      noDelay: true,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new KafkaSocket(socket);
  }

  /** Answers come in the order of the questions. */
  async ask(apiKey: number, apiVersion: number, body: Buffer): Promise<ByteReader> {
    const id = ++this.#lastId;
    const request = new ByteWriter()
      .int16(apiKey)
      .int16(apiVersion)
      .int32(id)
      .string(CLIENT_ID)
      .raw(body).buffer;
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<ByteReader>((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      const late = () => reject(new Error(`no answer to API ${apiKey} within ${ANSWER_WITHIN_MS} ms`));
      timer = setTimeout(late, ANSWER_WITHIN_MS);
    });
    this.#socket.write(new ByteWriter().bytes(request).buffer);
    return answer.finally(() => {
      clearTimeout(timer);
      this.#asked.delete(id);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#unread += chunk.length;
    while (this.#unread >= this.#needed) {
      const bytes = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
      this.#chunks = [bytes];
      const end = LENGTH_BYTES + bytes.readInt32BE(0);
      this.#needed = end;
      if (bytes.length < end) return;
      const answer = new ByteReader(bytes.subarray(LENGTH_BYTES, end));
      this.#chunks = [bytes.subarray(end)];
      this.#unread -= end;
      this.#needed = LENGTH_BYTES;
      this.#asked.get(answer.int32())?.resolve(answer);
    }
  }

  #end(err: Error): void {
    for (const { reject } of this.#asked.values()) reject(err);
    this.#asked.clear();
  }
}
