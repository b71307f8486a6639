import { createServer, type Server, type Socket } from 'node:net';
import { connect } from 'node:net';
import { LOOPBACK } from '@vecino/devstack';

/** Where the bytes of a link go. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
}

/**
 * A wire between the services of the second rack and one server, which can be cut, slowed down and reset. A cut one loses nothing: as
 * with TCP over a network that is away, what was sent arrives when it is back, however late that is.
 */
export class RackLink {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #upstream: Upstream | undefined;
  #cut = false;
  #delayMs = 0;

  private constructor() {
    this.#server = createServer({ noDelay: true }, (client) => this.#accept(client));
  }

  static async listen(port: number): Promise<RackLink> {
    const link = new RackLink();
    await new Promise<void>((resolve, reject) => {
      link.#server.once('error', reject);
      link.#server.listen(port, LOOPBACK, resolve);
    });
    return link;
  }

  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the link listens no more');
    return `${LOOPBACK}:${address.port}`;
  }

  /** Connections that are open through it. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Bytes that wait while it is cut. */
  get held(): number {
    return [...this.#pairs].reduce((sum, pair) => sum + pair.held, 0);
  }

  lead(to: Upstream): void {
    this.#upstream = to;
  }

  cut(): void {
    this.#cut = true;
    for (const pair of this.#pairs) pair.hold(true);
  }

  /** Each chunk takes so much longer, either way. */
  slow(delayMs: number): void {
    this.#delayMs = delayMs;
    for (const pair of this.#pairs) pair.delay(delayMs);
  }

  heal(): void {
    this.#cut = false;
    this.slow(0);
    for (const pair of this.#pairs) pair.hold(false);
  }

  /** Ends every connection without a word. Gives back how many there were. */
  reset(): number {
    const { size } = this.#pairs;
    for (const pair of this.#pairs) pair.destroy();
    return size;
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    if (this.#upstream === undefined) return void client.destroy();
    const pair = new Pair(client, connect({ ...this.#upstream, noDelay: true }), () =>
      this.#pairs.delete(pair),
    );
    this.#pairs.add(pair);
    pair.delay(this.#delayMs);
    pair.hold(this.#cut);
  }
}

/** One connection through a link. */
class Pair {
  readonly #ways: readonly [OneWay, OneWay];
  readonly #ends: readonly Socket[];
  readonly #gone: () => void;
  #held = false;
  #closing = false;

  constructor(client: Socket, server: Socket, gone: () => void) {
    this.#gone = gone;
    this.#ends = [client, server];
    this.#ways = [new OneWay(client, server), new OneWay(server, client)];
    for (const end of this.#ends) {
      end.on('error', () => undefined);
      end.once('close', () => this.#closed());
    }
  }

  get held(): number {
    return this.#ways.reduce((sum, way) => sum + way.held, 0);
  }
  hold(held: boolean): void {
    this.#held = held;
    for (const way of this.#ways) way.hold(held);
    // What was sent before is on its way: it comes before the end.
    if (!held && this.#closing) for (const end of this.#ends) end.end();
  }
  delay(ms: number): void {
    for (const way of this.#ways) way.delayMs = ms;
  }
  destroy(): void {
    this.#held = false;
    for (const end of this.#ends) end.destroy();
    this.#gone();
  }

  /** Nobody behind a wire that is cut hears that the other one has gone. */
  #closed(): void {
    if (this.#held) this.#closing = true;
    else this.destroy();
  }
}

/** Chunks one way, in their order. */
class OneWay {
  delayMs = 0;
  readonly #to: Socket;
  readonly #waiting: Buffer[] = [];
  #held = false;
  #last = 0;

  constructor(from: Socket, to: Socket) {
    this.#to = to;
    from.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  get held(): number {
    return this.#waiting.reduce((sum, { length }) => sum + length, 0);
  }

  hold(held: boolean): void {
    this.#held = held;
    if (!held) for (const chunk of this.#waiting.splice(0)) this.#pass(chunk);
  }

  #take(chunk: Buffer): void {
    if (this.#held) this.#waiting.push(chunk);
    else this.#pass(chunk);
  }

  #pass(chunk: Buffer): void {
    const now = performance.now();
    // Never before the one before it, also when the wire has become faster.
    this.#last = Math.max(this.#last, now + this.delayMs);
    if (this.#last <= now) return void this.#write(chunk);
    setTimeout(() => this.#write(chunk), this.#last - now);
  }

  #write(chunk: Buffer): void {
    if (!this.#to.destroyed) this.#to.write(chunk);
  }
}
