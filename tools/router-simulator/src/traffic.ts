import type { MachineClock } from './router-clock.js';
import type { BgpPeerConfig, InterfaceConfig } from './router-config.js';

export interface TrafficSettings {
  readonly interfaces: readonly InterfaceConfig[];
  readonly bgpPeers: readonly BgpPeerConfig[];
  /** Milliseconds from the gRPC server's return to the interfaces' and to the peers'. */
  readonly interfacesUpMs: number;
  readonly bgpPeersUpMs: number;
}

/**
 * A router's interfaces and BGP peers. Each comes back some time after a boot to what it was; until then interfaces are
 * DOWN and peers ACTIVE (looking for their neighbour).
 */
export class Traffic {
  readonly #machine: MachineClock;
  readonly #settings: TrafficSettings;
  readonly #interfaces: Map<string, InterfaceConfig>;
  readonly #bgpPeers: Map<string, BgpPeerConfig>;
  /** When each is back, by name or address; by the machine's clock. */
  #interfaceUpAt = new Map<string, number>();
  #peerUpAt = new Map<string, number>();

  constructor(settings: TrafficSettings, machine: MachineClock) {
    this.#machine = machine;
    this.#settings = settings;
    this.#interfaces = new Map(settings.interfaces.map((one) => [one.name, one]));
    this.#bgpPeers = new Map(settings.bgpPeers.map((one) => [peerKey(one), one]));
  }

  /** Everything is down, until `start` says when it returns. */
  stop(): void {
    this.#interfaceUpAt = new Map([...this.#interfaces.keys()].map((name) => [name, Infinity]));
    this.#peerUpAt = new Map([...this.#bgpPeers.keys()].map((key) => [key, Infinity]));
  }

  start(): void {
    const now = this.#machine();
    for (const name of this.#interfaces.keys()) {
      this.#interfaceUpAt.set(name, now + this.#settings.interfacesUpMs);
    }
    for (const key of this.#bgpPeers.keys()) this.#peerUpAt.set(key, now + this.#settings.bgpPeersUpMs);
  }

  /** Keeps an interface (the first where no name is given) down for a time or for good; returns whether one went down. */
  holdInterface(name: string | undefined, forMs: number): boolean {
    const held = this.#configured().find(
      (one) => one.operStatus === 'UP' && (name === undefined || one.name === name),
    );
    if (held !== undefined) this.#interfaceUpAt.set(held.name, this.#machine() + forMs);
    return held !== undefined;
  }

  /** The same for a BGP peer and its neighbour's address. */
  holdPeer(address: string | undefined, forMs: number): boolean {
    const held = [...this.#bgpPeers.values()].find(
      (one) => one.sessionState === 'ESTABLISHED' && (address === undefined || one.address === address),
    );
    if (held !== undefined) this.#peerUpAt.set(peerKey(held), this.#machine() + forMs);
    return held !== undefined;
  }

  /** Adds it, or changes what it is from now on. */
  setInterface(one: InterfaceConfig): void {
    this.#interfaces.set(one.name, one);
    this.#interfaceUpAt.delete(one.name);
  }

  setPeer(one: BgpPeerConfig): void {
    this.#bgpPeers.set(peerKey(one), one);
    this.#peerUpAt.delete(peerKey(one));
  }

  interfaces(): InterfaceConfig[] {
    const now = this.#machine();
    return this.#configured().map((one) =>
      now < (this.#interfaceUpAt.get(one.name) ?? 0) ? { ...one, operStatus: 'DOWN' } : one,
    );
  }

  bgpPeers(): BgpPeerConfig[] {
    const now = this.#machine();
    return [...this.#bgpPeers.values()].map((one) =>
      now < (this.#peerUpAt.get(peerKey(one)) ?? 0) && one.sessionState === 'ESTABLISHED'
        ? { ...one, sessionState: 'ACTIVE' }
        : one,
    );
  }

  #configured(): InterfaceConfig[] {
    return [...this.#interfaces.values()];
  }
}

const peerKey = ({ networkInstance, protocol, address }: BgpPeerConfig): string =>
  `${networkInstance}/${protocol}/${address}`;
