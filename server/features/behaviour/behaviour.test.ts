import { beforeEach, describe, expect, test } from 'vitest';
import type { RoomId, UserId, WatchSessionId } from '../../../shared/ids.ts';
import { AUDIENCE_PREDICTED_EVERY_MS, REJOIN_GRACE_MS, STAY_AHEAD_MS } from '../../../shared/limits.ts';
import type { EventData } from '../../../shared/messages.ts';
import { createHandClock } from '../../lib/clock.ts';
import type { HandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createBehaviour } from './behaviour.ts';
import type { Behaviours } from './behaviour.ts';
import { createBehaviourModel } from './model.ts';
import type { Watch } from './model.ts';
import { toSaved } from './saved-state.ts';
import type { OpenStay, Past } from './stay.ts';
import type { WeekRow } from './store.ts';

const ROOM = 'room' as RoomId;
const DAY_MS = 86_400_000;
const NEW: Watch = { watchedS: 10, lines: 0, reactions: 0, gifts: 0, hour: 0, earlierWatches: 0, daysSince: null, follows: false };

let clock: HandClock;
let stays: OpenStay[];
let told: EventData<'audience.predicted'>[];
let saved: { state: unknown; savedAtMs: number } | null;
let logged: string[];
let asked: UserId[][];
let pasts: Map<UserId, Past>;
let weekRows: WeekRow[];
let behaviour: Behaviours;

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

const make = (): Behaviours =>
  createBehaviour({
    clock,
    log: createLog({ level: 'warn', write: (line) => logged.push((JSON.parse(line) as { msg: string }).msg) }),
    store: {
      saved: async () => saved,
      save: async (_name, state, savedAtMs) => void (saved = { state: JSON.parse(JSON.stringify(state)) as unknown, savedAtMs }),
      pasts: async (_channelId, wanted) => (asked.push(wanted.map(({ userId }) => userId)), pasts),
      weeks: async (afterId, limit) => weekRows.filter(({ id }) => id > afterId).slice(0, limit),
    },
    roomsOnAir: () => [ROOM],
    openStays: () => [...stays],
    predicted: (_roomId, data) => told.push(data),
    random: () => 0,
  });

beforeEach(() => {
  clock = createHandClock(100 * DAY_MS);
  stays = [];
  told = [];
  saved = null;
  logged = [];
  asked = [];
  pasts = new Map();
  weekRows = [];
  behaviour = make();
});

const guest = (name: string, more: Partial<OpenStay> = {}): OpenStay => ({
  id: name as WatchSessionId, userId: null, startedAtMs: clock.nowMs(), lines: 0, reactions: 0, gifts: 0, follows: 0, ...more,
});
const user = (name: string, more: Partial<OpenStay> = {}): OpenStay => guest(`p-${name}`, { userId: name as UserId, ...more });
const learned = (name: 'stays' | 'returns' | 'gifts' | 'follows') => {
  const model = behaviour.judged().models.find((one) => one.behaviour === name);
  return { learned: model?.learned, heldOut: model?.heldOut };
};
/** The last look, and what came of it. */
const look = async (): Promise<void> => {
  clock.advance(AUDIENCE_PREDICTED_EVERY_MS);
  clock.advance(0);
  await settle();
};
const end = (stay: OpenStay, sawEnd = false): void => behaviour.stayEnded(ROOM, { ...stay, endedAtMs: clock.nowMs(), sawEnd });

describe('[V3] what is learned', () => {
  test('who is there a minute later stayed, who went before did not', async () => {
    const [one, other] = [guest('one'), guest('other')];
    stays = [one, other];
    await look();
    clock.advance(30_000);
    stays = [one];
    end(other);
    expect(learned('stays')).toEqual({ learned: 1, heldOut: 0 });
    while (learned('stays').learned === 1) await look();
    // Not before it is sure that nobody comes back.
    expect(clock.nowMs() - one.startedAtMs).toBe(AUDIENCE_PREDICTED_EVERY_MS + STAY_AHEAD_MS + REJOIN_GRACE_MS + 5_000);
    expect(learned('stays')).toEqual({ learned: 2, heldOut: 0 });
    const { yesTotal, noTotal } = (await state()).stays;
    expect([yesTotal, noTotal]).toEqual([2, 2]); // each begins at 1
  });

  test('of who was there when the broadcast ended nobody knows', async () => {
    const one = guest('one');
    stays = [one];
    await look();
    clock.advance(20_000);
    end(one, true);
    expect(learned('stays')).toEqual({ learned: 0, heldOut: 0 });
    expect(behaviour.followed()).toBe(0);
  });

  test('gifts and follows are asked of one moment of each stay, of people with a login alone', async () => {
    const [fan, idle, visitor] = [user('fan'), user('idle'), guest('visitor')];
    stays = [fan, idle, visitor];
    await look(); // asks for their pasts
    await look();
    stays = [{ ...fan, gifts: 2, follows: 1 }, idle, visitor];
    end({ ...fan, gifts: 2, follows: 1 });
    end(idle);
    end(visitor);
    expect([learned('gifts'), learned('follows')]).toEqual([{ learned: 2, heldOut: 0 }, { learned: 2, heldOut: 0 }]);
    const { gifts, follows } = await state();
    expect([gifts.yesTotal, gifts.noTotal, follows.yesTotal, follows.noTotal]).toEqual([2, 2, 2, 2]);
  });

  test('who follows already is not asked whether they will', async () => {
    pasts.set('fan' as UserId, { watches: 3, lastStartedAtMs: clock.nowMs() - 2 * DAY_MS, follows: true });
    const fan = user('fan');
    stays = [fan];
    await look();
    await look();
    end(fan);
    expect([learned('gifts').learned, learned('follows').learned]).toEqual([1, 0]);
    const row = (await state()).gifts.no;
    expect(row[5]).toEqual([1, 1, 2, 1, 1, 1]); // three earlier watches are in the third of six
    expect(row[7]).toEqual([1, 2]); // and they follow
  });

  test('one stay in five is held out, with all of its moments, and never learned from', async () => {
    stays = Array.from({ length: 10 }, (_, at) => guest(`g${at}`));
    await look();
    for (let minute = 0; minute < 5; minute++) for (let times = 0; times < 6; times++) await look();
    const { heldOut = 0, learned: all = 0 } = learned('stays');
    expect(heldOut).toBeGreaterThanOrEqual(6);
    expect(all).toBe(4 * heldOut);
    const { stays: model } = await state();
    expect(model.calibrating).toHaveLength(heldOut);
    expect(model.yesTotal - 1 + model.noTotal - 1).toBe(all);
  });

  test('whether people came back is learned when their week is over, each stay once, over restarts too', async () => {
    const row = (id: string, endedDaysAgo: number, cameBack: boolean, isKnown = true): WeekRow => ({
      id, isKnown, cameBack, watchedS: 100, lines: 0, reactions: 0, gifts: 0, earlierWatches: 0, lastStartedAtMs: null, follows: false,
      startedAtMs: clock.nowMs() - endedDaysAgo * DAY_MS - 100_000, endedAtMs: clock.nowMs() - endedDaysAgo * DAY_MS,
    });
    weekRows = [row('a', 20, true), row('b', 9, false), row('c', 8, true, false), row('d', 6.99, true)];
    await behaviour.restore();
    await settle();
    expect(learned('returns')).toEqual({ learned: 2, heldOut: 0 });
    await behaviour.save();
    behaviour = make();
    await behaviour.restore();
    clock.advance(3_600_000); // now d's week is over
    await settle();
    expect(learned('returns')).toEqual({ learned: 3, heldOut: 0 });
  });

  const state = async () => {
    await behaviour.save();
    return (saved?.state as { model: Record<'stays' | 'gifts' | 'follows', { yesTotal: number; noTotal: number; no: number[][]; calibrating: number[] }> }).model;
  };
});

/** A model to which newcomers stay with 70 %, and that has shown it. */
const sureModel = () => {
  const model = createBehaviourModel();
  for (let at = 0; at < 4_000; at++) model.happened('stays', { ...NEW, watchedS: at % 3 === 0 ? 20 : 10 }, at % 10 < 7, Math.floor(at / 10) % 5 === 0);
  return model;
};

describe('[V1] what is told', () => {
  test('nobody is told of anything while the model is not calibrated, or few watch', async () => {
    stays = Array.from({ length: 50 }, (_, at) => guest(`g${at}`));
    await look();
    expect(told.at(-1)).toEqual({ watching: 50, leaving: null });
    saved = { state: toSaved({ model: sureModel().state(), weekUpTo: '' }), savedAtMs: 5 };
    await behaviour.restore();
    await look();
    expect(told.at(-1)?.leaving).toBe(15);
    stays = stays.slice(0, 9);
    await look();
    expect(told.at(-1)).toEqual({ watching: 9, leaving: null });
  });

  test('twenty newcomers of whom each stays with 70 % are six who leave; of whom nothing is known yet are taken for the like', async () => {
    saved = { state: toSaved({ model: sureModel().state(), weekUpTo: '' }), savedAtMs: 5 };
    await behaviour.restore();
    stays = [...Array.from({ length: 10 }, (_, at) => guest(`g${at}`)), ...Array.from({ length: 10 }, (_, at) => user(`u${at}`))];
    await look();
    expect(told).toEqual([{ watching: 20, leaving: 6 }]);
    expect(asked).toHaveLength(1);
    await look();
    expect(told.at(-1)).toEqual({ watching: 20, leaving: 6 });
    expect(asked).toHaveLength(1);
    expect(behaviour.staysShare(ROOM)).toBeCloseTo(0.7, 2);
  });

  test('a crowd is looked at in slices', async () => {
    stays = Array.from({ length: 2_500 }, (_, at) => guest(`g${at}`));
    const { after } = clock;
    const turns: number[] = [];
    clock.after = (delayMs, fn) => after(delayMs, () => (turns.push(told.length), fn()));
    await look();
    expect(turns).toEqual([0, 0, 1]); // twice within the room, and once after it
    expect(told).toEqual([{ watching: 2_500, leaving: null }]);
    stays = [];
    await look();
    expect(told.at(-1)).toEqual({ watching: 0, leaving: null });
  });
});

describe('what is kept', () => {
  test('it says after a restart what it said before', async () => {
    saved = { state: toSaved({ model: sureModel().state(), weekUpTo: 'x' }), savedAtMs: 5 };
    await behaviour.restore();
    const before = behaviour.judged();
    expect(before.savedAtMs).toBe(5);
    expect(before.models[0]).toMatchObject({ behaviour: 'stays', learned: 3_200, heldOut: 800, isCalibrated: true });
    expect(before.models[0]?.ece).toBeLessThan(0.02);
    await behaviour.close();
    behaviour = make();
    await behaviour.restore();
    const { models } = behaviour.judged();
    expect(models[0]?.ece).toBeCloseTo(before.models[0]?.ece ?? 1, 4);
    expect(models).toMatchObject(before.models.map(({ learned: count, heldOut, judged }) => ({ learned: count, heldOut, judged })));
    expect(saved?.savedAtMs).toBe(clock.nowMs());
  });

  test.each([['another version', { version: 99 }], ['nonsense', 'x'], ['counts that do not fit', null]])('%s is left behind with a word', async (_what, state) => {
    const broken = toSaved({ model: sureModel().state(), weekUpTo: '' }) as { model: { stays: { yes: number[][] } } };
    broken.model.stays.yes = [[1]];
    saved = { state: state ?? broken, savedAtMs: 5 };
    await behaviour.restore();
    expect(logged).toEqual(['the saved behaviour model cannot be read, so it begins anew']);
    expect(behaviour.judged().models[0]?.learned).toBe(0);
    expect(behaviour.judged().savedAtMs).toBe(null);
  });
});
