import { VecinoError } from '@vecino/foundation';
import { KafkaJSConnectionError, KafkaJSNumberOfRetriesExceeded } from 'kafkajs';
import { toldFault } from './told-fault.js';

const ENV = { KAFKA_BROKERS: 'kafka:9092' };
const refused = new KafkaJSConnectionError('Connection error: connect ECONNREFUSED 10.0.0.1:9092', {
  broker: 'kafka:9092',
});

it('an error of Kafka is told in our words, with its cause once', () => {
  const error = new KafkaJSNumberOfRetriesExceeded(refused, { retryCount: 4, retryTime: 1_000 });
  expect(toldFault(error, ENV)).toMatchObject({
    code: 'KAFKA_UNREACHABLE',
    text: 'Kafka at kafka:9092 does not answer',
    cause: ['connect ECONNREFUSED 10.0.0.1:9092'],
    next: expect.any(String) as string,
  });
});

it('so are credentials that it refuses', () => {
  const error = Object.assign(new Error('SASL PLAIN: Authentication failed'), {
    name: 'KafkaJSSASLAuthenticationError',
  });
  expect(toldFault(error, ENV)).toMatchObject({ code: 'KAFKA_ACCESS_DENIED' });
});

it('an error of ours keeps its code, and its causes lose class names and status numbers', () => {
  const grpc = Object.assign(
    new Error(
      '14 UNAVAILABLE: No connection established. Last error: Error: connect ECONNREFUSED t:7233. Resolution note: ',
    ),
    { code: 14 },
  );
  const error = new VecinoError('TEMPORAL_UNREACHABLE', 'Temporal at t:7233 does not answer', {
    disposition: 'retry',
    cause: grpc,
  });
  expect(toldFault(error)).toMatchObject({
    code: 'TEMPORAL_UNREACHABLE',
    cause: ['connect ECONNREFUSED t:7233'],
    next: expect.stringContaining('TEMPORAL_ADDRESS') as string,
  });
});

it('an error of the system says what could not be done with what', () => {
  const error = Object.assign(new Error("ENOENT: no such file or directory, open '/no/where'"), {
    code: 'ENOENT',
    syscall: 'open',
    path: '/no/where',
  });
  expect(toldFault(error)).toMatchObject({ code: 'ENOENT', text: 'cannot open /no/where' });
});

it.each([
  [new VecinoError('NEVER_SEEN', 'x', { disposition: 'retry' }), 'NEVER_SEEN', /^try again/],
  [new VecinoError('NEVER_SEEN', 'x', { disposition: 'terminal' }), 'NEVER_SEEN', /doctor/],
  [new TypeError('x is not a function'), 'UNEXPECTED', /VECINO_DEBUG/],
  ['a string', 'UNEXPECTED', /report/],
])('%s has a next step all the same', (error, code, next) => {
  expect(toldFault(error)).toMatchObject({ code, next: expect.stringMatching(next) as string });
});

it('tells no secret, whichever error holds it', () => {
  const cause = new Error('{"password":"hunter2"}');
  const text = 'cannot reach redis://ana:hunter2@redis';
  const error = new VecinoError('X', text, { disposition: 'retry', cause });
  expect(toldFault(error)).toMatchObject({
    text: 'cannot reach redis://[redacted]@redis',
    cause: ['{"password":"[redacted]"}'],
  });
});
