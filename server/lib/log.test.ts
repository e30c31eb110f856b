import { expect, test } from 'vitest';
import { createLog } from './log.ts';

const capture = () => {
  const lines: string[] = [];
  const log = createLog({ level: 'info', write: (line) => lines.push(line) });
  return { log, lines };
};

test('a line is one JSON object with level, time, fields and a constant message', () => {
  const { log, lines } = capture();
  log.child({ room: 'r1' }).info({ viewers: 2 }, 'room opened');
  log.debug('not shown');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', room: 'r1', viewers: 2, msg: 'room opened' });
});

test('secrets are cut out', () => {
  const { log, lines } = capture();
  log.info({ password: 'canary', body: { token: 'canary', linkKey: 'canary' }, cookie: 'canary' }, 'seen');
  expect(lines.join()).not.toContain('canary');
});

test('errors keep stack, code and cause, but not the parameters of a query', () => {
  const { log, lines } = capture();
  const cause = Object.assign(new Error('duplicate key'), { code: '23505' });
  log.error({ err: new Error('Failed query: insert into users\nparams: canary,canary', { cause }) }, 'failed');
  expect(lines.join()).not.toContain('canary');
  expect(JSON.parse(lines[0] ?? '').err).toMatchObject({ type: 'Error', cause: { code: '23505', message: 'duplicate key' } });
  expect(JSON.parse(lines[0] ?? '').err.stack).toContain('log.test');
});
