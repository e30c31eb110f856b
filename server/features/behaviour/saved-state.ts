// What the model has learned, as it lies in the database: written small, and read with mistrust, since another version may have written it.

import * as v from 'valibot';
import { CALIBRATION_OUTCOMES_MAX, JUDGED_OUTCOMES_MAX } from '../../../shared/limits.ts';
import { integer, list, number, text } from '../../../shared/schema.ts';
import type { Outcome } from './calibration.ts';
import type { ModelState, PredictorState } from './model.ts';

/** Another one is not read: what it means has changed. */
const VERSION = 1;
const COUNT_MAX = 1e9;

export type Saved = { readonly model: ModelState; /** The last stay whose week is over and was learned from; empty: none. */ readonly weekUpTo: string };

// Some thousand outcomes: each is one number, its prediction, below zero if it did not happen.
const SMALLEST = 1e-6;
const packed = (outcomes: readonly Outcome[]): number[] => outcomes.map(({ predicted, happened }) => (Math.max(1, Math.round(predicted / SMALLEST)) / (1 / SMALLEST)) * (happened ? 1 : -1));
const unpacked = (numbers: number[]): Outcome[] => numbers.map((value) => ({ predicted: Math.abs(value), happened: value > 0 }));

const outcomes = (max: number) => v.pipe(list(number(-1, 1), max), v.transform(unpacked));
const rows = list(list(number(0, COUNT_MAX), 20), 20);
const predictor = v.strictObject({
  yes: rows, no: rows, yesTotal: number(0, COUNT_MAX), noTotal: number(0, COUNT_MAX), learned: integer(0, Number.MAX_SAFE_INTEGER), heldOut: integer(0, Number.MAX_SAFE_INTEGER),
  calibrating: outcomes(CALIBRATION_OUTCOMES_MAX), judged: outcomes(JUDGED_OUTCOMES_MAX),
});
const saved = v.strictObject({
  version: v.literal(VERSION), weekUpTo: text(0, 64),
  model: v.strictObject({ stays: predictor, returns: predictor, gifts: predictor, follows: predictor }),
});

const written = (state: PredictorState) => ({ ...state, calibrating: packed(state.calibrating), judged: packed(state.judged) });

/** As JSON takes it. */
export const toSaved = ({ model, weekUpTo }: Saved): unknown => ({
  version: VERSION, weekUpTo,
  model: { stays: written(model.stays), returns: written(model.returns), gifts: written(model.gifts), follows: written(model.follows) },
});

/** Null: nothing that this version can read. */
export const fromSaved = (state: unknown): Saved | null => {
  const read = v.safeParse(saved, state);
  return read.success ? { model: read.output.model, weekUpTo: read.output.weekUpTo } : null;
};
