import { expect, test } from 'vitest';
import { countedLog } from './counted-log.ts';
import { createLog } from './log.ts';

test('warnings and worse are counted by their message and said as ever, those of children too', () => {
  const [lines, counted] = [[] as string[], [] as string[]];
  const log = countedLog(createLog({ level: 'warn', write: (line) => lines.push(line) }), (message) => counted.push(message));
  log.info('all is well');
  log.warn({ user: 'ada' }, 'odd');
  log.child({ room: 'r' }).error('broken');
  expect(counted).toEqual(['odd', 'broken']);
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ msg: 'odd', user: 'ada' }, { msg: 'broken', room: 'r' }]);
});
