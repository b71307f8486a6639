import { type GateAnswer } from './ask-gates.js';
import { ownerOf } from './find-owner.js';

const knows = (tenantId: string): GateAnswer => ({
  tenantId,
  explanation: { state: 'running', sentence: 'x' },
});
const knowsNot = (tenantId: string): GateAnswer => ({
  tenantId,
  explanation: { state: 'unknown', sentence: 'x' },
});

test('the deployment is of the tenant whose gate knows it', () => {
  expect(ownerOf([knowsNot('chogar'), knows('amovil')], 'd-1')).toBe('amovil');
});

test('two tenants may have deployments of one id: nobody guesses', () => {
  expect(() => ownerOf([knows('chogar'), knows('amovil')], 'd-1')).toThrow(
    'chogar and amovil have a deployment d-1 each',
  );
});

test('nobody knows it, as far as gates answered', () => {
  expect(() => ownerOf([knowsNot('chogar'), { tenantId: 'afijo', silence: 'away' }], 'd-1')).toThrow(
    'no answer came from the gates of afijo',
  );
});
