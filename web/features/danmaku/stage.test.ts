import { expect, test } from 'vitest';
import { createStage, type FlyingLine, type StageLook } from './stage.ts';

const LOOK: StageLook = { widthPx: 1_000, heightPx: 120, lanePx: 30, gapPx: 20, crossMs: 8_000, isStill: false };
type Painted = { text: string; left: number; top: number; alpha: number };

const setUp = (look: Partial<StageLook> = {}) => {
  let nowMs = 0;
  let frame: ((nowMs: number) => void) | null = null;
  let painted: Painted[] = [];
  const taken: string[] = [];
  const stage = createStage<FlyingLine, string>({
    take: (line) => {
      taken.push(line.text);
      return { image: line.text, widthPx: line.text.length * 10, heightPx: 30 };
    },
    giveBack: (line) => void taken.splice(taken.indexOf(line.text), 1),
    canvas: {
      resize: () => undefined,
      clear: () => { painted = []; },
      paint: (text, left, top, alpha) => void painted.push({ text, left, top, alpha }),
    },
    nowMs: () => nowMs,
    nextFrame: (paint) => {
      frame = paint;
      return () => { frame = null; };
    },
  });
  stage.layOut({ ...LOOK, ...look });
  /** Turns the clock and paints what is due then. */
  const goTo = (toMs: number): Painted[] => {
    nowMs = toMs;
    const due = frame;
    frame = null;
    due?.(nowMs);
    return painted;
  };
  const line = (text: string, more: Partial<FlyingLine> = {}): FlyingLine => ({ text, place: 'scroll', isAlwaysShown: false, ...more });
  goTo(0);
  return { stage, goTo, line, taken, isRunning: () => frame !== null };
};

test('a line flies from edge to edge by time, at whole pixels, and the loop ends with it', () => {
  const { stage, goTo, line, taken, isRunning } = setUp();
  expect(isRunning()).toBe(false);
  expect(stage.fly(line('0123456789'))).toBe(true);
  expect(goTo(0)[0]).toMatchObject({ left: 1_000, top: 0 });
  expect(goTo(4_000)[0]?.left).toBe(450);
  const { left } = goTo(4_001)[0] ?? { left: 0.5 };
  expect(Number.isInteger(left)).toBe(true);
  expect(goTo(8_000)).toEqual([]);
  expect(isRunning()).toBe(false);
  expect(taken).toEqual([]);
});

test('a line without a place is dropped and never comes later; one that must be shown comes', () => {
  const { stage, goTo, line, taken } = setUp();
  const many = ['a', 'b', 'c', 'd', 'e'].map((text) => stage.fly(line(text.repeat(20))));
  expect(many).toEqual([true, true, true, true, false]);
  expect(taken).toHaveLength(4);
  expect(stage.fly(line('own', { isAlwaysShown: true }))).toBe(true);
  expect(goTo(100).map(({ text }) => text)).toContain('own');
});

test('lines that stand fade in the middle of an empty lane', () => {
  const { stage, goTo, line } = setUp();
  stage.fly(line('0123456789', { place: 'bottom' }));
  expect(goTo(125)[0]).toEqual({ text: '0123456789', left: 450, top: 90, alpha: 0.5 });
  expect(goTo(2_000)[0]?.alpha).toBe(1);
  expect(goTo(4_500)).toEqual([]);
});

test('with less motion nothing moves', () => {
  const { stage, goTo, line } = setUp({ isStill: true });
  stage.fly(line('0123456789'));
  expect([goTo(500)[0]?.left, goTo(3_000)[0]?.left]).toEqual([450, 450]);
});

test('the line under the pointer stands still above the others, and goes on from there', () => {
  const { stage, goTo, line } = setUp();
  stage.fly(line('0123456789'));
  goTo(4_000);
  expect(stage.at(449, 10)).toBeNull();
  expect(stage.at(460, 35)).toBeNull();
  const found = stage.at(460, 10);
  if (!found) throw new Error('nothing there');
  stage.hold(found);
  stage.fly(line('x'.repeat(100), { isAlwaysShown: true }));
  expect(goTo(7_000).at(-1)).toMatchObject({ text: '0123456789', left: 450 });
  expect(stage.boxOf(found)).toEqual({ left: 450, top: 0, width: 100, height: 30 });
  stage.release(found);
  expect(goTo(8_000).find(({ text }) => text === '0123456789')?.left).toBe(313);
});

test('removed lines are gone with the next frame', () => {
  const { stage, goTo, line, taken } = setUp();
  stage.fly(line('stays'));
  stage.fly(line('goes'));
  stage.remove(({ text }) => text === 'goes');
  expect(goTo(10).map(({ text }) => text)).toEqual(['stays']);
  expect(taken).toEqual(['stays']);
});

test('a smaller picture keeps the lanes it still has, words of another size begin anew', () => {
  const { stage, goTo, line, taken } = setUp();
  ['a', 'b', 'c', 'd'].forEach((text) => stage.fly(line(text.repeat(20))));
  stage.layOut({ ...LOOK, heightPx: 60 });
  expect(goTo(10)).toHaveLength(2);
  stage.layOut({ ...LOOK, heightPx: 60, lanePx: 20 });
  expect(goTo(20)).toEqual([]);
  expect(taken).toEqual([]);
  stage.layOut({ ...LOOK, heightPx: 10 });
  expect(stage.fly(line('nowhere', { isAlwaysShown: true }))).toBe(false);
});
