import { expect, test } from 'vitest';
import { sourceEntries } from './apt-source.ts';

const DEBIAN = ['http://mirror.example/debian'];

test('paragraphs: keeps the distribution with its key, drops other vendors and what is switched off', () => {
  const text = [
    '# comment\nTypes: deb deb-src\nURIs: http://mirror.example/debian/\nSuites: stable stable-updates\nComponents: main\nSigned-By: /usr/share/keyrings/d.gpg',
    'Types: deb\nURIs: http://vendor.example/x\nSuites: any\nComponents: main',
    'Enabled: no\nTypes: deb\nURIs: http://mirror.example/debian\nSuites: backports\nComponents: main',
  ].join('\n\n');
  expect(sourceEntries('debian.sources', text, DEBIAN)).toBe(
    '# comment\nTypes: deb-src\nURIs: http://mirror.example/debian/\nSuites: stable stable-updates\nComponents: main\nSigned-By: /usr/share/keyrings/d.gpg\n',
  );
});

test('lines: the same, with options kept', () => {
  const text = '# deb http://mirror.example/debian old main\ndeb [signed-by=/k.gpg] http://mirror.example/debian stable main\ndeb http://vendor.example/x any main\n';
  expect(sourceEntries('sources.list', text, DEBIAN)).toBe('deb-src [signed-by=/k.gpg] http://mirror.example/debian stable main\n');
});

test('a list without the distribution gives nothing', () => {
  expect(sourceEntries('vendor.list', 'deb http://vendor.example/debian any main\n', DEBIAN)).toBeUndefined();
});

test('not knowing the distribution, it keeps everything', () => {
  expect(sourceEntries('vendor.list', 'deb http://vendor.example/debian any main\n', [])).toBe('deb-src http://vendor.example/debian any main\n');
});
