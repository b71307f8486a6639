import { setImmediate } from 'node:timers/promises';
import { Server, type ServerCredentials } from '@grpc/grpc-js';
import { gnmiWire, osWire, systemWire } from '@vecino/gnoi';
import { bootDevice, crashAfter, startTraffic, type BootImage } from './boot.js';
import type { CallLog, PowerCause } from './call-log.js';
import { CallRefusals } from './call-refusals.js';
import { Device } from './device.js';
import { FaultPlan } from './fault-plan.js';
import { gnmiService } from './gnmi-service.js';
import { Listener } from './listener.js';
import type { RouterNetwork } from './network.js';
import { osService } from './os-service.js';
import { wideReceiveWindow } from './receive-window.js';
import type { RouterConfig } from './router-config.js';
import type { RouterParts } from './router-parts.js';
import { snapshotOf, type RouterSnapshot } from './router-snapshot.js';
import { seededRandom } from './seeded-random.js';
import { systemService } from './system-service.js';

const REBIND_MS = 50;
/** A reply takes some turns of the event loop to leave, whatever the time: the one to Reboot is only lost by a fault. */
const TURNS_OF_AN_ANSWER = 5;
const SERVER_OPTIONS = {
  'grpc.max_receive_message_length': 8 * 1024 * 1024,
  interceptors: [wideReceiveWindow],
};

/** A router on the network: a device behind a gRPC server that really goes away while it reboots. */
export class Router implements RouterNetwork {
  readonly device: Device;
  readonly faults: FaultPlan;
  readonly #config: RouterConfig;
  readonly #credentials: ServerCredentials;
  readonly #parts: RouterParts;
  #port: number;
  #listener: Listener | undefined;
  /** Of the next reboot, and while the router is away of its return. */
  #timer: NodeJS.Timeout | undefined;
  #crashTimer: NodeJS.Timeout | undefined;
  #returning = false;
  #stopped = false;

  constructor(config: RouterConfig, credentials: ServerCredentials, log: CallLog, seed: string) {
    this.#config = config;
    this.#credentials = credentials;
    this.#port = config.port;
    this.device = new Device(config, seed);
    this.faults = new FaultPlan(config.faults, seededRandom(`${seed}/${config.routerId}/faults`));
    const refusals = new CallRefusals(this.faults, () => this.device.nowMs());
    this.#parts = { device: this.device, faults: this.faults, refusals, network: this, log };
  }

  snapshot(): RouterSnapshot {
    const { address } = this.#config;
    return snapshotOf(this.device, this.faults, {
      address,
      port: this.#port,
      up: this.#listener !== undefined,
    });
  }

  /** Resolves when the router listens; rejects when its address is taken. */
  async listen(): Promise<void> {
    const server = new Server(SERVER_OPTIONS);
    server.addService(osWire.OSService, osService(this.#parts));
    server.addService(systemWire.SystemService, systemService(this.#parts));
    server.addService(gnmiWire.gNMIService, gnmiService(this.#parts));
    const listener = new Listener(server, this.#credentials);
    this.#port = await listener.listen(this.#config.address, this.#port);
    if (this.#stopped) return listener.close();
    this.#listener = listener;
  }

  dropConnections(): void {
    this.#listener?.dropConnections();
  }

  scheduleReboot(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#reboot('reboot'), delayMs + this.#config.rebootStartMs);
  }

  cancelReboot(): void {
    if (this.#listener !== undefined) clearTimeout(this.#timer);
  }

  crash(afterMs: number, boots: BootImage): void {
    clearTimeout(this.#crashTimer);
    this.#crashTimer = setTimeout(() => void this.#reboot('crash', boots), afterMs);
  }

  /** Takes the router away until it is powered on. */
  powerOff(): void {
    if (this.#listener !== undefined) this.#goDown('power-off');
  }

  /** Boots a router that is away. */
  async powerOn(cause: PowerCause = 'power-on', boots?: BootImage): Promise<void> {
    if (this.#listener !== undefined || this.#stopped || this.#returning) return;
    clearTimeout(this.#timer);
    bootDevice(this.device, this.faults, boots);
    this.#returning = true;
    await this.#rebind();
    this.#returning = false;
    if (this.#stopped) return;
    startTraffic(this.device, this.faults);
    this.#logPower('up', cause);
    crashAfter(this.#parts, 'boot');
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#crashTimer);
    this.#listener?.close();
    this.#listener = undefined;
  }

  async #reboot(cause: PowerCause, boots?: BootImage): Promise<void> {
    for (let turn = 0; turn < TURNS_OF_AN_ANSWER; turn += 1) await setImmediate();
    if (this.#stopped || this.#listener === undefined) return;
    this.#goDown(cause);
    if (this.faults.take('reboot-never-returns')) return;
    this.#timer = setTimeout(() => void this.powerOn(cause, boots), this.#config.rebootMs);
  }

  #goDown(cause: PowerCause): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#crashTimer);
    this.#listener?.close();
    this.#listener = undefined;
    this.#logPower('down', cause);
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

  #logPower(kind: 'down' | 'up', cause: PowerCause): void {
    this.#parts.log.write({
      kind,
      router_id: this.device.routerId,
      at: Date.now(),
      cause,
      running_version: this.device.runningVersion,
      boot_time_ns: String(this.device.bootTimeNs),
    });
  }
}
