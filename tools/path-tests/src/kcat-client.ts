import { type ForeignStatus, jsonLines } from './python-client.js';
import { runClient } from './run-client.js';

const KCAT = { install: 'install kcat (Debian: apt-get install kcat; macOS: brew install kcat)' };

/** kcat, as the README shows it. */
export const kcatClient = (brokers: string) => ({
  produce: (topic: string, key: string, request: object) =>
    runClient('kcat', ['-P', '-b', brokers, '-t', topic, '-k', key, '-H', 'content-type=application/json'], {
      ...KCAT,
      input: JSON.stringify(request),
    }),
  /** All that is there. */
  async read(topic: string): Promise<ForeignStatus[]> {
    const args = ['-C', '-q', '-b', brokers, '-t', topic, '-o', 'beginning', '-e', '-f', '%s\\n'];
    return jsonLines(await runClient('kcat', args, KCAT));
  },
});
