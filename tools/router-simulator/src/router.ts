import { Server, type ServerCredentials } from '@grpc/grpc-js';
import { gnmiWire, osWire, systemWire } from '@vecino/gnoi';
import type { CallLog } from './call-log.js';
import { Device } from './device.js';
import { FaultPlan, type Fault } from './fault.js';
import { gnmiService } from './gnmi-service.js';
import type { RouterNetwork } from './network.js';
import { osService } from './os-service.js';
import type { RouterConfig } from './router-config.js';
import { systemService } from './system-service.js';

export interface RouterSnapshot {
  readonly routerId: string;
  readonly address: string;
  readonly port: number;
  readonly up: boolean;
  readonly runningVersion: string;
  readonly nextBootVersion: string;
  readonly installedVersions: readonly string[];
  /** Decimal text. */
  readonly bootTimeNs: string;
  /** Reboots since the simulator started. */
  readonly boots: number;
  readonly installing: boolean;
  readonly rebootPending: boolean;
  readonly faults: readonly Fault[];
}

const REBIND_MS = 50;
const SERVER_OPTIONS = { 'grpc.max_receive_message_length': 8 * 1024 * 1024 };

/** A router on the network: a device behind a gRPC server that really goes away while it reboots. */
export class Router implements RouterNetwork {
  readonly device: Device;
  readonly faults: FaultPlan;
  readonly #config: RouterConfig;
  readonly #credentials: ServerCredentials;
  readonly #log: CallLog;
  #port: number;
  #server: Server | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(config: RouterConfig, credentials: ServerCredentials, log: CallLog, seed: string) {
    this.#config = config;
    this.#credentials = credentials;
    this.#log = log;
    this.#port = config.port;
    this.device = new Device(config, seed);
    this.faults = new FaultPlan(config.faults);
  }

  snapshot(): RouterSnapshot {
    const { device } = this;
    return {
      routerId: device.routerId,
      address: this.#config.address,
      port: this.#port,
      up: this.#server !== undefined,
      runningVersion: device.runningVersion,
      nextBootVersion: device.nextBootVersion,
      installedVersions: [...device.installed],
      bootTimeNs: String(device.bootTimeNs),
      boots: device.boots,
      installing: device.installing,
      rebootPending: device.pendingReboot !== undefined,
      faults: this.faults.list(),
    };
  }

  /** Resolves when the router listens; rejects when its address is taken. */
  async listen(): Promise<void> {
    const server = new Server(SERVER_OPTIONS);
    server.addService(osWire.OSService, osService(this.device, this.faults, this, this.#log));
    server.addService(systemWire.SystemService, systemService(this.device, this.faults, this, this.#log));
    server.addService(gnmiWire.gNMIService, gnmiService(this.device, this.#log));
    this.#port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(this.#authority(), this.#credentials, (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    if (this.#stopped) return server.forceShutdown();
    this.#server = server;
  }

  dropConnections(): void {
    this.#server?.drain(this.#authority(), 0);
  }

  scheduleReboot(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#goDown(), delayMs + this.#config.rebootStartMs);
  }

  cancelReboot(): void {
    clearTimeout(this.#timer);
  }

  /** Boots a router that is away. */
  async powerOn(): Promise<void> {
    if (this.#server !== undefined || this.#stopped) return;
    clearTimeout(this.#timer);
    this.device.boot();
    await this.#rebind();
    this.#logPower('up');
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  #goDown(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
    this.#logPower('down');
    if (this.faults.take('reboot-never-returns')) return;
    this.#timer = setTimeout(() => void this.powerOn(), this.#config.rebootMs);
  }

  /** The address is the router's own, so whoever holds it now is the router's former self and will let go. */
  async #rebind(): Promise<void> {
    while (!this.#stopped) {
      try {
        return await this.listen();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, REBIND_MS));
      }
    }
  }

  #authority(): string {
    const { address } = this.#config;
    return `${address.includes(':') ? `[${address}]` : address}:${this.#port}`;
  }

  #logPower(kind: 'down' | 'up'): void {
    this.#log.write({
      kind,
      router_id: this.device.routerId,
      at: Date.now(),
      running_version: this.device.runningVersion,
      boot_time_ns: String(this.device.bootTimeNs),
    });
  }
}
