import { activitiesOf, storedHistories } from '@vecino/testing';
import { PROJECTOR_TASK_QUEUE } from '@vecino/workflows';
import { createDeviceActivities } from './device-activities.js';
import { depsAround } from './testing/step-under-test.js';

test('a worker still does the steps that deployments and gates of released versions ask it for', () => {
  const steps = createDeviceActivities(depsAround({}));
  const histories = (['gate', 'deployment'] as const).flatMap(storedHistories);
  const asked = new Set(histories.flatMap((history) => activitiesOf(history)).map(({ name }) => name));
  const projectors = new Set(
    histories.flatMap((history) => activitiesOf(history, PROJECTOR_TASK_QUEUE)).map(({ name }) => name),
  );
  const own = [...asked].filter((name) => !projectors.has(name));
  expect(own.length).toBeGreaterThan(8);
  expect(own.filter((name) => !(name in steps))).toEqual([]);
});
