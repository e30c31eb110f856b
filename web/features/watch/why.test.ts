import { describe, expect, test } from 'vitest';
import { BAD_MS, CALM_MS, heard, QUIET, verdictOf, type Fault, type Look, type Said, type Verdict } from './why.ts';

const fine: Look['measured'] = {
  framesPerSecond: 30, framesArrivedPerSecond: 30, lossRatio: 0, freezes: 0, bitsPerSecond: 2e6, width: 1280, height: 720, jitterBufferMs: 40,
  roundTripMs: 30,
};
type Change = Partial<Look['measured']> & Partial<Omit<Look, 'measured'>>;
const look = ({ source = 'camera', latencyMs = 200, trouble = 'none', bestSide = 1280, ...measured }: Change = {}): Look =>
  ({ source, latencyMs, trouble, bestSide, measured: { ...fine, ...measured } });

describe('whose fault a bad picture is', () => {
  test.each<[string, Change, Fault | null]>([
    ['own loss', { lossRatio: 0.2, freezes: 1 }, 'own_link'],
    ['a long own way with freezes', { roundTripMs: 800, freezes: 1 }, 'own_link'],
    ['nothing comes', { bitsPerSecond: 0, framesPerSecond: 0, framesArrivedPerSecond: 0 }, 'own_link'],
    ['a link that bears the small layer alone', { width: 320, height: 180 }, 'own_link'],
    ['packets that come in heaps', { latencyMs: 4_000, jitterBufferMs: 2_500 }, 'own_link'],
    ['a decoder that leaves frames out', { framesPerSecond: 12 }, 'own_computer'],
    ['a decoder that does so while the creator’s link is well enough', { framesPerSecond: 5, trouble: 'link' }, 'own_computer'],
    ['the creator’s link, whose losses come through', { trouble: 'link', lossRatio: 0.2, freezes: 2 }, 'creator_link'],
    ['the creator’s narrow link and own loss', { trouble: 'narrow_link', lossRatio: 0.2, freezes: 2 }, 'own_link'],
    ['the creator’s link, which sends less', { trouble: 'narrow_link', width: 320, height: 180 }, 'creator_link'],
    ['the creator’s computer', { trouble: 'computer', framesPerSecond: 6, framesArrivedPerSecond: 6 }, 'creator_computer'],
    ['the creator’s computer and own loss', { trouble: 'computer', lossRatio: 0.2, freezes: 1 }, 'own_link'],
    ['both links: the own one shows by its round trip', { trouble: 'link', lossRatio: 0.2, freezes: 1, roundTripMs: 900 }, 'own_link'],
    ['the server, whatever else', { trouble: 'server', lossRatio: 0.2, freezes: 1, roundTripMs: 900 }, 'server'],
    ['a slow camera and nobody’s fault', { framesPerSecond: 7, framesArrivedPerSecond: 7 }, null],
    ['a freeze and nobody’s fault', { freezes: 1 }, null],
  ])('%s', (_name, change, fault) => {
    expect(verdictOf(look(change))).toEqual({ isBad: true, fault });
  });

  test.each<[string, Change]>([
    ['all is well', {}],
    ['the creator has trouble that does not show here', { trouble: 'link' }],
    ['the server has trouble that does not show here', { trouble: 'server' }],
    ['a little loss that is repaired', { lossRatio: 0.05 }],
    ['a long way and a steady picture', { roundTripMs: 700 }],
    ['a still screen', { source: 'screen', framesPerSecond: 1, framesArrivedPerSecond: 1 }],
    ['a small picture that is wished for', { width: 320, height: 180, bestSide: 0 }],
    ['a browser that does not count what arrives', { framesArrivedPerSecond: null }],
    ['no picture’s size yet', { width: 0, height: 0 }],
  ])('nothing is bad: %s', (_name, change) => {
    expect(verdictOf(look(change)).isBad).toBe(false);
  });
});

const GOOD: Verdict = { isBad: false, fault: null };
const bad = (fault: Fault | null): Verdict => ({ isBad: true, fault });
const SECOND = 1_000;
/** What is said after each of these seconds. */
const saidDuring = (verdicts: readonly Verdict[], from: Said = QUIET): (Fault | null)[] => {
  let said = from;
  return verdicts.map((verdict) => (said = heard(said, verdict, SECOND)).fault);
};
const times = (count: number, verdict: Verdict): Verdict[] => Array.from({ length: count }, () => verdict);

describe('when it is said', () => {
  const [badLooks, calmLooks] = [BAD_MS / SECOND, CALM_MS / SECOND];

  test('after four bad seconds, and until eight good ones', () => {
    const said = saidDuring([...times(badLooks, bad('own_link')), ...times(calmLooks, GOOD)]);
    expect(said.slice(0, badLooks - 1)).toEqual(Array(badLooks - 1).fill(null));
    expect(said.slice(badLooks - 1, -1)).toEqual(Array(calmLooks).fill('own_link'));
    expect(said.at(-1)).toBeNull();
  });

  test('a short trouble is never said, also if it comes again and again', () => {
    const round = [...times(2, bad('own_link')), ...times(2, GOOD)];
    expect(saidDuring(Array.from({ length: 20 }, () => round).flat())).not.toContain('own_link');
  });

  test('it does not flash: trouble that comes and goes stays said', () => {
    const rounds = Array.from({ length: 20 }, () => [...times(5, bad('own_link')), ...times(5, GOOD)]).flat();
    const said = saidDuring(rounds);
    expect(said.slice(badLooks - 1).every((fault) => fault === 'own_link')).toBe(true);
  });

  test('another fault is said when it has lasted as long, and not when they take turns', () => {
    const link = saidDuring([...times(4, bad('own_link')), ...times(4, bad('creator_link'))]);
    expect(link.slice(3)).toEqual(['own_link', 'own_link', 'own_link', 'own_link', 'creator_link']);
    const turns = Array.from({ length: 30 }, (_, at) => bad(at % 2 === 0 ? 'own_link' : 'creator_link'));
    expect(new Set(saidDuring([...times(4, bad('own_link')), ...turns]).slice(3))).toEqual(new Set(['own_link']));
  });

  test('what is nobody’s fault is not said, and keeps nobody accused', () => {
    expect(saidDuring(times(30, bad(null)))).toEqual(Array(30).fill(null));
    expect(saidDuring([...times(4, bad('server')), ...times(calmLooks, bad(null))]).slice(-2)).toEqual(['server', null]);
  });
});
