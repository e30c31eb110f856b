// Input made up from the contract's own schemas: what fits them, and what almost does. So a new row of the tables is
// attacked from the day it is written.

import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { Schema } from '../../shared/messages/define.ts';

/** The parts of valibot's schemas that the contract uses. */
type Shape = {
  readonly type: string;
  readonly pipe?: readonly Shape[];
  readonly entries?: Readonly<Record<string, Shape>>;
  readonly item?: Shape;
  readonly wrapped?: Shape;
  readonly options?: readonly unknown[];
  readonly requirement?: unknown;
  readonly key?: Shape;
  readonly value?: Shape;
};

const LENGTH_MAX = 40;

const requirementOf = (pipe: readonly Shape[], type: string): number | undefined => {
  const found = pipe.find((step) => step.type === type)?.requirement;
  return typeof found === 'number' ? found : undefined;
};

const stringOf = (pipe: readonly Shape[]): Arbitrary<string> => {
  const pattern = pipe.find((step) => step.type === 'regex')?.requirement;
  if (pattern instanceof RegExp) return fc.stringMatching(new RegExp(pattern.source));
  const [minLength, maxLength] = [requirementOf(pipe, 'min_length') ?? 0, requirementOf(pipe, 'max_length') ?? LENGTH_MAX];
  return fc.string({ minLength, maxLength: Math.min(maxLength, minLength + LENGTH_MAX), unit: 'binary' }).filter((text) => text.length >= minLength && text.length <= maxLength);
};

const numberOf = (pipe: readonly Shape[]): Arbitrary<number> => {
  const [min, max] = [requirementOf(pipe, 'min_value') ?? -1e9, requirementOf(pipe, 'max_value') ?? 1e9];
  if (pipe.some((step) => step.type === 'integer')) return fc.integer({ min: Math.max(min, Number.MIN_SAFE_INTEGER), max: Math.min(max, Number.MAX_SAFE_INTEGER) });
  return fc.double({ min, max, noNaN: true });
};

const objectOf = (entries: Readonly<Record<string, Shape>>): Arbitrary<unknown> => {
  const fields = Object.fromEntries(Object.entries(entries).map(([key, field]) => [key, of(field)]));
  const requiredKeys = Object.keys(entries).filter((key) => entries[key]?.type !== 'optional');
  return fc.record(fields, { requiredKeys }).map((object) => ({ ...object }));
};

const of = (shape: Shape): Arbitrary<unknown> => {
  const pipe = shape.pipe ?? [];
  switch (shape.type) {
    case 'string': return stringOf(pipe);
    case 'number': return numberOf(pipe);
    case 'boolean': return fc.boolean();
    case 'picklist': return fc.constantFrom(...(shape.options ?? []));
    case 'literal': return fc.constant(shape.requirement);
    case 'optional': case 'nullable': return shape.wrapped ? (shape.type === 'nullable' ? fc.option(of(shape.wrapped)) : of(shape.wrapped)) : fc.constant(null);
    case 'array': return fc.array(shape.item ? of(shape.item) : fc.anything(), { minLength: requirementOf(pipe, 'min_length') ?? 0, maxLength: 3 });
    case 'strict_object': case 'object': return objectOf(shape.entries ?? {});
    case 'union': return fc.oneof(...(shape.options as readonly Shape[]).map(of));
    case 'record': return fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), shape.value ? of(shape.value) : fc.anything(), { maxKeys: 3 });
    default: throw new Error(`no made-up values for a ${shape.type} yet`);
  }
};

/** Values that fit the schema. */
export const fitting = (schema: Schema): Arbitrary<unknown> => of(schema as unknown as Shape);

/** Strings and values that have broken parsers, databases and templates before. */
export const NASTY: readonly unknown[] = [
  null, true, -1, 0, 1e308, 2 ** 53, [], {}, '', ' ', '\u0000', 'a\u0000b', '\ud800', '\u202e', '\ufeff', '👩‍👩‍👧‍👦'.repeat(40),
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍'.repeat(20), "' OR 1=1 --", '"; DROP TABLE users; --', '<script>alert(1)</script>', '${7*7}', '../../../etc/passwd',
  '__proto__', 'constructor', 'x'.repeat(5_000), { __proto__: null, toString: 'x' }, JSON.parse('{"__proto__":{"admin":true}}'),
  Array.from({ length: 500 }, () => 0), { a: { b: { c: { d: {} } } } },
];

/** `{"a":{"a":...}}`: what a recursive parser falls over. */
export const deepJson = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** Fitting values with one thing wrong: a field replaced, left out or added; or something else altogether. */
export const nearly = (schema: Schema): Arbitrary<unknown> => {
  const entries = Object.keys((schema as unknown as Shape).entries ?? {});
  const nasty = fc.oneof(fc.constantFrom(...NASTY), fc.json().map((text) => JSON.parse(text) as unknown));
  if (entries.length === 0) return fc.oneof(nasty, nasty.map((value) => ({ more: value })));
  const field = fc.constantFrom(...entries);
  const whole = fitting(schema) as Arbitrary<Record<string, unknown>>;
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(whole, field, nasty).map(([value, key, junk]) => ({ ...value, [key]: junk })) },
    { weight: 1, arbitrary: fc.tuple(whole, field).map(([value, key]) => Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))) },
    { weight: 1, arbitrary: fc.tuple(whole, nasty).map(([value, junk]) => ({ ...value, isAdmin: junk })) },
    { weight: 1, arbitrary: nasty },
  );
};
