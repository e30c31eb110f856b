// The words of both languages against each other and against the tables they stand for.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CATEGORIES } from '../../shared/categories.ts';
import { ERRORS } from '../../shared/errors.ts';

type Words = Record<string, unknown>;
const folder = new URL('./messages/', import.meta.url);
const files = (locale: string): string[] => readdirSync(new URL(`${locale}/`, folder)).sort();
const words = (locale: string, file: string): Words => JSON.parse(readFileSync(new URL(`${locale}/${file}`, folder), 'utf8')) as Words;
const all = (locale: string): [string, unknown][] => files(locale).flatMap((file) => Object.entries(words(locale, file)));
const settings = JSON.parse(readFileSync(new URL('./project.inlang/settings.json', import.meta.url), 'utf8')) as {
  'plugin.inlang.messageFormat': { pathPattern: string[] };
};

/** The {names} that a text is filled with, plural forms included. */
const variables = (text: unknown): string[] => [...new Set(JSON.stringify(text).match(/\{\w+\}/g) ?? [])].sort();

test('every file of words is compiled, and no other', () => {
  const compiled = settings['plugin.inlang.messageFormat'].pathPattern.map((path) => path.replace(/.*\//, '')).sort();
  expect(files('en')).toEqual(compiled);
  expect(files('zh-CN')).toEqual(compiled);
});

test.each(files('en'))('%s says the same things in both languages', (file) => {
  const english = words('en', file);
  const chinese = words('zh-CN', file);
  expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
  for (const key of Object.keys(english)) expect([key, ...variables(chinese[key])]).toEqual([key, ...variables(english[key])]);
});

test('keys are flat, snake_case and used once, and no text is empty', () => {
  const keys = all('en').map(([key]) => key);
  expect(keys.filter((key) => !/^[a-z][a-z0-9_]*$/.test(key))).toEqual([]);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  expect([...all('en'), ...all('zh-CN')].filter(([, text]) => text === '')).toEqual([]);
});

test('every error code has words, and there are none for codes that do not exist', () => {
  const codes = Object.keys(words('en', 'errors.json')).map((key) => key.replace(/^error_/, ''));
  expect(codes.sort()).toEqual([...Object.keys(ERRORS), 'unreachable'].sort());
});

test('every category has a word', () => {
  const keys = all('en').map(([key]) => key).filter((key) => key.startsWith('category_'));
  expect(keys.sort()).toEqual(CATEGORIES.map((category) => `category_${category}`).sort());
});
