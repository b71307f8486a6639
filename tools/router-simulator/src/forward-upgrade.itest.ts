import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CancelledFailure } from '@temporalio/common';
import { deviceConnector } from '@vecino/activities';
import { invariant, type Clock } from '@vecino/foundation';
import { connectDevice } from '@vecino/gnoi';
import type { Baseline } from '@vecino/workflows';
import { CertificateAuthority } from './certificate-authority.js';
import { externalBytes } from './testing/external-bytes.js';
import { failureOf, minutesPass, outcomeIn, watchUntil } from './testing/step-outcomes.js';
import { NEW_VERSION, OLD_VERSION, openLaboratory, type Laboratory } from './testing/laboratory.js';

let lab: Laboratory;
afterEach(() => lab.stop());

const router = () => lab.simulator.router(lab.target.routerId);

describe('a forward upgrade over TLS', () => {
  it('brings the router to the new version with one Install and one Reboot', async () => {
    lab = await openLaboratory();
    const checked = await lab.run('precheck', lab.target);
    expect(checked).toMatchObject({ kind: 'proceed', baseline: { runningVersion: OLD_VERSION } });
    invariant(checked.kind === 'proceed', 'checked above');
    const input = { ...lab.target, baseline: checked.baseline, direction: 'forward' } as const;

    expect(await lab.run('install', input)).toEqual({ transferred: true, bytes: checked.image.bytes });
    await lab.run('arm', input);
    expect(router().snapshot()).toMatchObject({ runningVersion: OLD_VERSION, nextBootVersion: NEW_VERSION });
    expect(await lab.run('reboot', input)).toMatchObject({ kind: 'rebooting' });
    const up = await lab.run('waitUp', input);
    expect(BigInt(up.bootTimeNs)).toBeGreaterThan(BigInt(checked.baseline.bootTimeNs));
    expect(await lab.run('verify', input)).toEqual({ runningVersion: NEW_VERSION });
    expect(await lab.run('confirmIdle', lab.target)).toEqual({ runningVersion: NEW_VERSION });

    const installs = lab.simulator
      .calls()
      .filter(({ rpc, detail }) => rpc.endsWith('Install') && detail['transferred']);
    expect(installs).toHaveLength(1);
    expect(installs[0]).toMatchObject({
      peer: 'worker-under-test',
      detail: { sha256: checked.image.sha256 },
    });
    expect(lab.accepted('System/Reboot')).toBe(1);
    expect(router().snapshot()).toMatchObject({ runningVersion: NEW_VERSION, boots: 1 });
  });

  it('says so and changes nothing when the router runs the version already', async () => {
    lab = await openLaboratory({ runningVersion: NEW_VERSION });
    expect(await lab.run('precheck', lab.target)).toMatchObject({ kind: 'already-running' });
    expect(lab.accepted('Install') + lab.accepted('Activate') + lab.accepted('System/Reboot')).toBe(0);
  });

  it('sends no bytes when the image is there already', async () => {
    lab = await openLaboratory({ installedVersions: [NEW_VERSION] });
    const { input } = await lab.prechecked();
    const heartbeats: unknown[] = [];
    const result = await lab.run('install', input, {
      onHeartbeat: (details) => heartbeats.push(details),
    });
    expect(result).toEqual({ transferred: false, bytes: 0 });
    expect(lab.simulator.calls().find(({ rpc }) => rpc.endsWith('Install'))?.detail).toMatchObject({
      bytes: 0,
    });
  });
});

describe('precheck', () => {
  it('rejects a version that has no image and names those that have', async () => {
    lab = await openLaboratory();
    const failure = await failureOf(lab.run('precheck', { ...lab.target, softwareVersion: '9.9.9' }));
    expect(failure).toMatchObject({ type: 'IMAGE_UNKNOWN', nonRetryable: true });
    expect(failure.message).toContain(NEW_VERSION);
    expect(outcomeIn(failure).state).toBe('REJECTED');
  });

  it('refuses while a reboot is pending', async () => {
    lab = await openLaboratory();
    const device = connectTo(lab);
    await device.system.reboot({ message: 'someone else', delayNs: 3_600_000_000_000n });
    device.close();
    const failure = await failureOf(lab.run('precheck', lab.target));
    expect(failure).toMatchObject({ type: 'PRECHECK_REFUSED', nonRetryable: true });
    expect(failure.message).toContain('someone else');
  });

  it('does not dial a router that the tenant may not reach', async () => {
    lab = await openLaboratory();
    const reason = { code: 'ROUTER_OUTSIDE_NETWORKS', text: 'not in the networks' } as const;
    const access = { check: () => ({ allowed: false, reason }) as const };
    const failure = await failureOf(lab.run('precheck', lab.target, { deps: { access } }));
    expect(failure).toMatchObject({ type: 'ROUTER_OUTSIDE_NETWORKS', nonRetryable: true });
    expect(outcomeIn(failure).state).toBe('REJECTED');
    const baseline: Baseline = {
      runningVersion: OLD_VERSION,
      bootTimeNs: '1',
      takenAt: 0,
      supervisors: 'single',
      activateReboots: false,
    };
    const late = await failureOf(
      lab.run('waitUp', { ...lab.target, baseline, direction: 'forward' }, { deps: { access } }),
    );
    expect(outcomeIn(late).state).toBe('FAILED');
    expect(lab.simulator.calls()).toEqual([]);
  });

  it('tries again later when nobody answers', async () => {
    lab = await openLaboratory();
    router().stop();
    const failure = await failureOf(lab.run('precheck', lab.target));
    expect(failure).toMatchObject({ type: 'DEVICE_UNREACHABLE', nonRetryable: false });
    expect(outcomeIn(failure).state).toBe('FAILED');
  });
});

describe('identity', () => {
  it('is refused by the router when the client certificate is from another authority', async () => {
    lab = await openLaboratory();
    const stranger = await (await CertificateAuthority.create()).issueClient('stranger');
    const connect = deviceConnector({
      tls: { ca: lab.tls.ca, cert: stranger.certificate, key: stranger.key },
    });
    const failure = await failureOf(lab.run('precheck', lab.target, { deps: { connect } }));
    expect(failure.type).toBe('DEVICE_UNREACHABLE');
    expect(lab.simulator.calls()).toEqual([]);
  });

  it('is refused by us, for good, when the certificate is another router’s', async () => {
    lab = await openLaboratory();
    const { port } = router().snapshot();
    const access = { check: () => ({ allowed: true, port, tls: true, serverName: 'edge-2' }) as const };
    const failure = await failureOf(lab.run('precheck', lab.target, { deps: { access } }));
    expect(failure).toMatchObject({ type: 'DEVICE_IDENTITY_MISMATCH', nonRetryable: true });
    expect(failure.message).toContain('edge-2');
    expect(lab.simulator.calls()).toEqual([]);
  });

  it('is not given up for plain text when the platform has no certificate', async () => {
    lab = await openLaboratory();
    const failure = await failureOf(
      lab.run('precheck', lab.target, { deps: { connect: deviceConnector({}) } }),
    );
    expect(failure).toMatchObject({ type: 'DEVICE_UNREACHABLE', nonRetryable: true });
  });
});

describe('install', () => {
  it('sends nothing when the stored image is not what its manifest says', async () => {
    lab = await openLaboratory();
    const { input } = await lab.prechecked();
    writeFileSync(join(lab.dir, 'images', NEW_VERSION, 'image.bin'), 'something else');
    const failure = await failureOf(lab.run('install', input));
    expect(failure).toMatchObject({ type: 'IMAGE_DAMAGED', nonRetryable: true });
    expect(lab.simulator.calls().filter(({ rpc }) => rpc.endsWith('Install'))).toEqual([]);
  });

  it('believes no earlier check of the image after INTEGRITY_FAIL', async () => {
    lab = await openLaboratory({ faults: [{ kind: 'install-error', type: 'INTEGRITY_FAIL' }] });
    const { input } = await lab.prechecked();
    let lastHeartbeat: unknown;
    const onHeartbeat = (details: unknown): void => void (lastHeartbeat = details);
    await failureOf(lab.run('install', input, { onHeartbeat }));
    // As a disk that rots: neither size nor time of change tells.
    const content = join(lab.dir, 'images', NEW_VERSION, 'image.bin');
    const { mtime, atime } = statSync(content);
    const bytes = readFileSync(content);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    writeFileSync(content, bytes);
    utimesSync(content, atime, mtime);
    const failure = await failureOf(lab.run('install', input, { number: 2, lastHeartbeat }));
    expect(failure).toMatchObject({ type: 'IMAGE_DAMAGED', nonRetryable: true });
    expect(lab.simulator.calls().filter(({ rpc }) => rpc.endsWith('Install'))).toHaveLength(1);
  });

  it.each([
    ['INCOMPATIBLE', [true]],
    ['INTEGRITY_FAIL', [false, true]],
    ['INSTALL_IN_PROGRESS', [false, false, false, false, false]],
  ] as const)('after %s ends for good: %s, attempt by attempt', async (type, finals) => {
    lab = await openLaboratory({
      faults: [{ kind: 'install-error', type, alsoRpcError: true, times: finals.length }],
    });
    const { input } = await lab.prechecked();
    let lastHeartbeat: unknown;
    for (const [index, final] of finals.entries()) {
      const attempt = {
        number: index + 1,
        lastHeartbeat,
        onHeartbeat: (details: unknown) => (lastHeartbeat = details),
      };
      const failure = await failureOf(lab.run('install', input, attempt));
      expect(failure).toMatchObject({ type: 'INSTALL_FAILED', nonRetryable: final });
      expect(failure.message).toContain(type);
      expect(outcomeIn(failure).details).toEqual({ gnoi_error: type });
    }
  });

  it('starts again at byte 0 after the connection broke', async () => {
    lab = await openLaboratory({ faults: [{ kind: 'drop-stream', atByte: 100_000 }] });
    const { input } = await lab.prechecked();
    const failure = await failureOf(lab.run('install', input));
    expect(failure).toMatchObject({ nonRetryable: false });
    expect(await lab.run('install', input, { number: 2 })).toMatchObject({ transferred: true });
    expect(router().snapshot().installedVersions).toContain(NEW_VERSION);
  });

  it('sends a large image without keeping it in memory', async () => {
    const bytes = 256 * 1024 * 1024;
    lab = await openLaboratory({}, bytes);
    const { input } = await lab.prechecked();
    const limit = process.memoryUsage().external + bytes / 2;
    let peak = 0;
    // Both ends are in this process.
    const watching = setInterval(() => (peak = Math.max(peak, externalBytes(limit))), 5);
    expect(await lab.run('install', input)).toEqual({ transferred: true, bytes });
    clearInterval(watching);
    expect(peak).toBeLessThan(limit);
  }, 180_000);

  it('leaves the router free when it is cancelled in the middle', async () => {
    lab = await openLaboratory({}, 24 * 1024 * 1024);
    const { input } = await lab.prechecked();
    const watching = watchUntil(() => router().snapshot().installing);
    let cancel: () => void = () => undefined;
    const work = lab.run('install', input, { environment: (env) => (cancel = () => env.cancel()) });
    const failed = expect(work).rejects.toBeInstanceOf(CancelledFailure);
    await watching;
    cancel();
    await failed;
    await watchUntil(() => !router().snapshot().installing);
    expect(router().snapshot().installedVersions).not.toContain(NEW_VERSION);
  });
});

describe('the guarded reboot', () => {
  it('does not send again when the reply was lost and the router reboots', async () => {
    lab = await openLaboratory({ faults: [{ kind: 'reboot-lost-reply', reboots: true }] });
    const { input } = await lab.armed();
    expect(await lab.run('reboot', input)).toMatchObject({ kind: 'rebooting' });
    await lab.run('waitUp', input);
    expect(await lab.run('verify', input)).toEqual({ runningVersion: NEW_VERSION });
    expect(lab.accepted('System/Reboot')).toBe(1);
    expect(router().snapshot().boots).toBe(1);
  });

  it('sends again only after a minute when the request was lost', async () => {
    lab = await openLaboratory({ faults: [{ kind: 'reboot-lost-reply', reboots: false }] });
    const { input } = await lab.armed();
    let now = Date.now();
    const clock: Clock = { now: () => (now += 2_000) };
    expect(await lab.run('reboot', input, { deps: { clock } })).toMatchObject({ kind: 'rebooting' });
    const sends = lab.simulator.calls().filter(({ rpc }) => rpc.endsWith('System/Reboot'));
    expect(sends.map(({ accepted }) => accepted)).toEqual([false, true]);
    const looks = lab.simulator
      .calls()
      .filter(
        ({ rpc, seq }) => rpc.endsWith('Get') && seq > (sends[0]?.seq ?? 0) && seq < (sends[1]?.seq ?? 0),
      );
    expect(looks.length).toBeGreaterThan(3);
    await lab.run('waitUp', input);
    expect(router().snapshot().boots).toBe(1);
  });

  it('sees on a later attempt that the router has rebooted', async () => {
    lab = await openLaboratory();
    const { input } = await lab.armed();
    await lab.run('reboot', input);
    await lab.run('waitUp', input);
    expect(await lab.run('reboot', input, { number: 2 })).toMatchObject({ kind: 'rebooting' });
    expect(lab.accepted('System/Reboot')).toBe(1);
  });

  it('takes a router that is away on a later attempt for rebooting', async () => {
    lab = await openLaboratory({ faults: [{ kind: 'reboot-never-returns' }] });
    const { input } = await lab.armed();
    await lab.run('reboot', input);
    await watchUntil(() => !router().snapshot().up);
    expect(
      await lab.run('reboot', input, { number: 2, lastHeartbeat: { rebootSentAt: Date.now() } }),
    ).toMatchObject({ kind: 'rebooting' });
    await router().powerOn();
    await lab.run('waitUp', input);
    expect(lab.accepted('System/Reboot')).toBe(1);
  });

  it('says beforehand that it will send', async () => {
    lab = await openLaboratory();
    const { input } = await lab.armed();
    const seen: unknown[] = [];
    await lab.run('reboot', input, {
      onHeartbeat: (details) => seen.push([details, lab.accepted('System/Reboot')]),
    });
    const progress = { reboot_sent_at: expect.any(String) };
    expect(seen[0]).toEqual([{ tally: {}, progress }, 0]);
  });

  it('does not send once it is cancelled', async () => {
    lab = await openLaboratory();
    const { input } = await lab.armed();
    await expect(lab.run('reboot', input, { environment: (env) => env.cancel() })).rejects.toBeInstanceOf(
      CancelledFailure,
    );
    expect(lab.accepted('System/Reboot')).toBe(0);
  });
});

describe('waiting for the router', () => {
  it('ends without it after half an hour', async () => {
    lab = await openLaboratory({ faults: [{ kind: 'reboot-never-returns' }] });
    const { input } = await lab.armed();
    await lab.run('reboot', input);
    await watchUntil(() => !router().snapshot().up);
    const failure = await failureOf(lab.run('waitUp', input, { deps: { clock: minutesPass() } }));
    expect(failure).toMatchObject({ type: 'DEVICE_DID_NOT_RETURN', nonRetryable: true });
  });

  it('ends when the router stays up with its old boot time', async () => {
    lab = await openLaboratory();
    const { input } = await lab.armed();
    const failure = await failureOf(lab.run('waitUp', input, { deps: { clock: minutesPass() } }));
    expect(failure).toMatchObject({ type: 'REBOOT_FAILED', nonRetryable: true });
  });

  it('reports a router that fell back to its old version', async () => {
    lab = await openLaboratory();
    const { input } = await lab.armed();
    router().device.activationFailMessage = 'kernel panic';
    const failure = await failureOf(lab.run('verify', input));
    expect(failure).toMatchObject({ type: 'FELL_BACK', nonRetryable: true });
    expect(failure.message).toContain('kernel panic');
  });

  it('does not call a router idle that has a reboot pending', async () => {
    lab = await openLaboratory();
    const device = connectTo(lab);
    await device.system.reboot({ message: 'someone else', delayNs: 3_600_000_000_000n });
    const failure = await failureOf(lab.run('confirmIdle', lab.target, { deps: { clock: minutesPass() } }));
    expect(failure).toMatchObject({ type: 'DEVICE_STATE_UNKNOWN', nonRetryable: false });
    await device.system.cancelReboot({ message: 'never mind' });
    device.close();
    expect(await lab.run('confirmIdle', lab.target)).toEqual({ runningVersion: OLD_VERSION });
  });
});

const connectTo = ({ tls, target, simulator }: Laboratory) =>
  connectDevice({
    address: target.routerIp,
    port: simulator.router(target.routerId).snapshot().port,
    tls,
    serverName: target.routerId,
  });
