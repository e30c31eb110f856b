import { expect, test } from 'vitest';
import { captureErrorOf } from './capture-error.ts';

const thrown = (name: string, message = '') => captureErrorOf(new DOMException(message, name), true);

test('each browser\'s words for the same fault are one error', () => {
  expect(thrown('NotAllowedError', 'Permission denied')).toBe('denied_by_user');
  expect(thrown('NotAllowedError', 'The request is not allowed by the user agent or the platform in the current context.')).toBe('denied_by_user');
  expect(thrown('NotAllowedError', 'Permission denied by system')).toBe('denied_by_system');
  expect(thrown('NotAllowedError', 'Access to the feature "camera" is disallowed by permissions policy.')).toBe('denied_by_system');
  expect(thrown('NotAllowedError', 'Permission dismissed')).toBe('aborted');
  expect(thrown('NotFoundError', 'Requested device not found')).toBe('no_device');
  expect(thrown('NotReadableError', 'Could not start video source')).toBe('in_use');
  expect(thrown('OverconstrainedError')).toBe('overconstrained');
  expect(thrown('AbortError')).toBe('aborted');
});

test('an insecure page has no devices at all, whatever was thrown', () => {
  expect(captureErrorOf(new TypeError("Cannot read properties of undefined (reading 'getUserMedia')"), false)).toBe('insecure_origin');
});

test('what nobody knows is something this browser cannot do', () => {
  expect(captureErrorOf(new TypeError('getUserMedia is not a function'), true)).toBe('unsupported');
  expect(captureErrorOf('boo', true)).toBe('unsupported');
});
