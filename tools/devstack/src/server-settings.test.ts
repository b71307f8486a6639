import { kafkaProperties } from './kafka-server.js';
import { formatElapsed, createLineProgress } from './progress.js';
import { redisArguments } from './redis-server.js';
import { findReadyLine } from './start-service.js';
import { temporalArguments } from './temporal-server.js';

describe('server settings', () => {
  it('lets Kafka listen on the loopback only, on the ports it was given', () => {
    const text = kafkaProperties({
      dir: '/state/kafka',
      logPath: '/state/kafka.log',
      brokerPort: 1111,
      controllerPort: 2222,
      ephemeral: true,
    });
    expect(text).toContain('listeners=PLAINTEXT://127.0.0.1:1111,CONTROLLER://127.0.0.1:2222\n');
    expect(text).toContain('auto.create.topics.enable=false\n');
    expect(text).toContain('log.dirs=/state/kafka/data\n');
  });

  it('gives Kafka a second address for clients that come through something else', () => {
    const place = { dir: '/k', logPath: '/l', brokerPort: 1, controllerPort: 2, ephemeral: true };
    const text = kafkaProperties({ ...place, alias: { port: 3, advertisedPort: 4 } });
    expect(text).toContain(
      'listeners=PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2,ALIAS://127.0.0.1:3\n',
    );
    expect(text).toContain('advertised.listeners=PLAINTEXT://127.0.0.1:1,ALIAS://127.0.0.1:4\n');
  });

  it('starts Temporal with a database file, fairness and our search attributes', () => {
    const args = temporalArguments({ dir: '/t', logPath: '/l', port: 1, uiPort: 2, ephemeral: false }).join(
      ' ',
    );
    expect(args).toContain('--port 1 --ui-port 2');
    expect(args).toContain('--db-filename /t/temporal.db');
    expect(args).toContain('--sqlite-pragma synchronous=NORMAL');
    expect(args).toContain('--dynamic-config-value matching.enableFairness=true');
    expect(args).toContain('--search-attribute TenantId=Keyword');
  });
});

describe('findReadyLine', () => {
  it('ignores what is not JSON, what says something else, and a line that is not whole yet', () => {
    expect(findReadyLine('hello\n{"msg":"starting"}\n{"msg":"ready"')).toBeUndefined();
    expect(findReadyLine('{broken\n{"msg":"ready","port":1}\n')).toEqual({ msg: 'ready', port: 1 });
  });
});

describe('progress', () => {
  it.each([
    [400, '0.4 s'],
    [12_300, '12 s'],
    [187_000, '3 min 07 s'],
  ])('writes %d ms as %s', (milliseconds, text) => expect(formatElapsed(milliseconds)).toBe(text));

  it('ends each step with a line, also one that fails', async () => {
    const lines: string[] = [];
    const progress = createLineProgress(
      (line) => lines.push(line),
      () => 0,
    );
    await progress.step('first', (detail) => Promise.resolve(detail('half way')));
    await expect(progress.step('second', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(lines).toEqual(['✓ first: half way (0.0 s)', '✗ second (0.0 s)']);
  });

  it('lets Redis forget nothing that it has answered, unless it is thrown away anyhow', () => {
    const place = { dir: '/r', logPath: '/l', port: 1 };
    const kept = redisArguments({ ...place, ephemeral: false }).join(' ');
    expect(kept).toContain('--bind 127.0.0.1 --port 1 --dir /r');
    expect(kept).toContain('--appendonly yes --appendfsync always');
    expect(redisArguments({ ...place, ephemeral: true }).join(' ')).toContain('--appendonly no');
  });
});
