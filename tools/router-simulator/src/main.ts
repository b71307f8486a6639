import { errorText } from '@vecino/foundation';
import { parseConfig } from './config.js';
import { startSimulator } from './simulator.js';
import { readAuthority, writeCertificates } from './write-certificates.js';

const say = (fields: Record<string, unknown>): void =>
  void process.stdout.write(`${JSON.stringify(fields)}\n`);

async function main(): Promise<void> {
  const config = parseConfig(process.argv.slice(2));
  if (config.certificates !== undefined) await writeCertificates(config.certificates);
  const simulator = await startSimulator({
    routers: config.routers,
    seed: config.seed,
    ...(config.certificates !== undefined && { authority: await readAuthority(config.certificates) }),
    ...(config.callLog !== undefined && { callLog: config.callLog }),
    ...(config.controlPort !== undefined && { control: config.controlPort }),
  });
  const stop = (): void => void simulator.stop().then(() => say({ msg: 'stopped' }));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  say({
    msg: 'ready',
    routers: simulator.routers.length,
    tls: config.certificates !== undefined,
    control_port: simulator.controlPort,
  });
}

main().catch((error: unknown) => {
  say({ msg: 'failed', error: errorText(error) });
  process.exitCode = 1;
});
