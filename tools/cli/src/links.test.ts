import { linksOf } from './links.js';

const links = linksOf({ TEMPORAL_UI_URL: 'http://ui:8233/', VECINO_TRACES_URL: 'http://jaeger:16686' });

it('leads to a run of a workflow, or to all that a query finds', () => {
  expect(links.workflow('default', 'deployment/acme/d1', 'r1')).toBe(
    'http://ui:8233/namespaces/default/workflows/deployment%2Facme%2Fd1/r1/history',
  );
  expect(links.workflow('default', 'gate/acme')).toBe(
    'http://ui:8233/namespaces/default/workflows?query=WorkflowId%20%3D%20%22gate%2Facme%22',
  );
});

it('leads to a trace, in Jaeger or wherever the address says', () => {
  expect(links.trace('ab')).toBe('http://jaeger:16686/trace/ab');
  const other = linksOf({ VECINO_TRACES_URL: 'http://tempo/explore?id={trace_id}&x=1' });
  expect(other.trace('ab')).toBe('http://tempo/explore?id=ab&x=1');
});

it('leads nowhere where nobody has said where that is', () => {
  const none = linksOf({ TEMPORAL_UI_URL: '' });
  expect([none.workflow('n', 'w'), none.workflows('n', 'q'), none.trace('t')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
