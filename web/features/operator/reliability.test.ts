import { expect, test } from 'vitest';
import { reliabilityView } from './reliability.ts';

test('each bin is a point in percent, between the ends of the line on which all is as said', () => {
  expect(reliabilityView([{ predicted: 0.25, happened: 0.5, count: 3 }, { predicted: 0.75, happened: 0.5, count: 1 }])).toEqual({
    xs: [0, 25, 75, 100], happened: [null, 50, 50, null], perfect: [0, 25, 75, 100],
  });
  expect(reliabilityView([])).toEqual({ xs: [0, 100], happened: [null, null], perfect: [0, 100] });
});
