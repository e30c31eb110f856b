// The contract against itself and everything that must follow it: names, limits, words, the README's table, and a test for
// every numbered rule.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CATEGORIES } from '../shared/categories.ts';
import { CLOSE, ERRORS, mayReconnect } from '../shared/errors.ts';
import * as limits from '../shared/limits.ts';
import { EVENTS, REQUESTS } from '../shared/messages.ts';
import { ROUTES } from '../shared/routes.ts';
import { CONFIG_ROWS } from '../server/config.ts';
import { isTest, readSources, ROOT } from './support/sources.ts';

const server = readSources('server').filter((file) => !isTest(file));

describe('messages', () => {
  test('requests are noun.verb', () => {
    expect(Object.keys(REQUESTS).filter((name) => !/^[a-z]+\.[a-z]+[A-Za-z]*$/.test(name))).toEqual([]);
  });

  test('[E6] events are noun.pastVerb', () => {
    expect(Object.keys(EVENTS).filter((name) => !/^[a-z]+\.([a-z]+ed|lost|said|held|draining)$/.test(name))).toEqual([]);
  });

  test('every request has a handler', () => {
    const isHandled = (name: string): boolean => server.some((file) => file.text.includes(`'${name}':`) || file.text.includes(`'${name}'(`));
    expect(Object.keys(REQUESTS).filter((name) => !isHandled(name))).toEqual([]);
  });

  test('every route has an endpoint', () => {
    const isServed = (name: string): boolean => server.some((file) => file.text.includes(`'${name}'`));
    expect(Object.keys(ROUTES).filter((name) => !isServed(name))).toEqual([]);
  });

  test('every event is told by somebody', () => {
    const isTold = (name: string): boolean => server.some((file) => file.text.includes(`'${name}'`));
    expect(Object.keys(EVENTS).filter((name) => !isTold(name))).toEqual([]);
  });

  test('[E4] params and results are strict objects', () => {
    const loose = Object.entries(REQUESTS).filter(([, row]) => row.params.type !== 'strict_object' || row.result.type !== 'strict_object');
    expect(loose.map(([name]) => name)).toEqual([]);
    expect(Object.entries(EVENTS).filter(([, row]) => row.data.type !== 'strict_object').map(([name]) => name)).toEqual([]);
  });

  test('every request and route has a rate that lets the first one through', () => {
    for (const { rate } of [...Object.values(REQUESTS), ...Object.values(ROUTES)]) {
      expect(rate.burst).toBeGreaterThanOrEqual(1);
      expect(rate.perSecond).toBeGreaterThan(0);
    }
  });
});

describe('limits and errors', () => {
  test('a limit is a positive number whose name ends in its unit or bound', () => {
    const odd = Object.entries(limits).filter(([name, value]) => !(value > 0 && Number.isSafeInteger(value)) || !/_(MAX|MIN|MS|S)$/.test(name));
    expect(odd).toEqual([]);
  });

  test('error codes are snake_case and stand for an HTTP error', () => {
    const odd = Object.entries(ERRORS).filter(([code, { http }]) => !/^[a-z]+(_[a-z]+)*$/.test(code) || http < 400 || http > 599);
    expect(odd).toEqual([]);
  });

  test('[E5] close codes below 4500 let the client come back, the others do not', () => {
    const comesBack = ['draining', 'slow', 'join_timeout', 'internal', 'rejoin'];
    for (const [reason, code] of Object.entries(CLOSE)) expect([reason, mayReconnect(code)]).toEqual([reason, comesBack.includes(reason)]);
  });
});

describe('words', () => {
  const folder = join(ROOT, 'web/text/messages');
  const keysOf = (language: string): string[] =>
    readdirSync(join(folder, language))
      .flatMap((file) => Object.keys(JSON.parse(readFileSync(join(folder, language, file), 'utf8')) as object))
      .filter((key) => key !== '$schema')
      .sort();

  test('both languages say the same things', () => {
    expect(keysOf('zh-CN')).toEqual(keysOf('en'));
  });

  test('no text has two keys of the same name', () => {
    expect(keysOf('en').filter((key, at, keys) => keys[at + 1] === key)).toEqual([]);
  });

  test('there are words for every error code and every category', () => {
    const wanted = [...Object.keys(ERRORS).map((code) => `error_${code}`), ...CATEGORIES.map((category) => `category_${category}`)];
    expect(wanted.filter((key) => !keysOf('en').includes(key))).toEqual([]);
  });
});

describe('documents', () => {
  test('README’s table of the configuration is config.ts’s', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const missing = CONFIG_ROWS.filter(({ name, fallback, meaning }) => {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\``));
      return !row?.includes(meaning) || (fallback !== '' && !row.includes(`\`${fallback}\``));
    });
    expect(missing.map(({ name }) => name)).toEqual([]);
    const named = [...readme.matchAll(/^\| `([A-Z][A-Z_]+)`/gm)].map((match) => match[1]);
    expect(named.filter((name) => !CONFIG_ROWS.some((row) => row.name === name))).toEqual([]);
  });

  test('files and folders that the documents name exist', () => {
    const pathsIn = (path: string): string[] =>
      [...readFileSync(join(ROOT, path), 'utf8').matchAll(/`((?:server|web|shared|tests|migrations)\/[\w./-]+)`/g)].map((match) => match[1] ?? '');
    const documents = ['README.md', 'server/ARCHITECTURE.md', 'shared/README.md'];
    expect(documents.flatMap(pathsIn).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('rules', () => {
  const rules = [...readFileSync(join(ROOT, 'shared/README.md'), 'utf8').matchAll(/^- \*\*([A-Z]\d+)\*\*/gm)].map((match) => match[1] ?? '');
  const titles = readSources('server', 'web', 'shared', 'tests')
    .filter(isTest)
    .flatMap((file) => [...file.text.matchAll(/\b(?:test|it)(?:\.\w+\([^)]*\))?\(\s*['"`]((?:\\.|[^\\])*?)['"`],/g)].map((match) => match[1] ?? ''));
  const named = titles.flatMap((title) => [...title.matchAll(/\[([A-Z]\d+(?:, ?[A-Z]\d+)*)\]/g)].flatMap((match) => match[1]?.split(/, ?/) ?? []));

  test('every rule of the contract has a test that carries its id', () => {
    expect(rules.length).toBeGreaterThan(30);
    expect(rules.filter((rule) => !named.includes(rule))).toEqual([]);
  });

  test('no test names a rule that is not there', () => {
    expect([...new Set(named)].filter((rule) => !rules.includes(rule))).toEqual([]);
  });
});
