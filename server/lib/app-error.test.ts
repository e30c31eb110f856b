import { expect, test } from 'vitest';
import { AppError } from './app-error.ts';

test('the wire form has code and message and never the cause', () => {
  const error = new AppError('busy', 'too many', { retryAfterMs: 500, cause: new Error('secret') });
  expect(error.toWire()).toEqual({ code: 'busy', message: 'too many', retryAfterMs: 500 });
  expect(error.cause).toBeInstanceOf(Error);
});

test('a code that no retry can help carries no retryAfterMs', () => {
  expect(new AppError('not_found', 'gone', { retryAfterMs: 500 }).toWire()).toEqual({ code: 'not_found', message: 'gone' });
});
