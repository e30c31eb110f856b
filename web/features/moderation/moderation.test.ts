import { expect, test } from 'vitest';
import type { LineId } from '../../../shared/ids.ts';
import type { HeldLine } from '../../../shared/messages/moderation.ts';
import { can, type Role } from '../../../shared/permissions.ts';
import { RequestError } from '../../live/request-error.ts';
import type { PartDeps } from '../interaction/part.ts';
import { Moderation } from './moderation.svelte.ts';

const held = (id: string): HeldLine => ({ line: { lineId: id as LineId }, cause: 'word' }) as HeldLine;
const idsOf = (list: readonly HeldLine[]): string[] => list.map(({ line }) => line.lineId);

const setUp = (role: Role) => {
  const asked: string[] = [];
  let onServer: HeldLine[] = [];
  let refusal: Error | null = null;
  const said: string[] = [];
  const deps = {
    ask: async (name: string) => {
      asked.push(name);
      if (refusal) throw refusal;
      return Promise.resolve(name === 'held.list' ? { held: onServer } : { reports: [] });
    },
    toasts: { show: (text: string) => said.push(text) },
    may: (permission: Parameters<typeof can>[1]) => can(role, permission),
    isJoined: () => true,
  } as unknown as PartDeps;
  const moderation = new Moderation(deps);
  return { moderation, asked, said, serverHolds: (list: HeldLine[]) => { onServer = list; }, refuse: (error: Error) => { refusal = error; } };
};

test('what waits is asked for as a whole, and what is told meanwhile is not lost', async () => {
  const { moderation, asked, serverHolds } = setUp('moderator');
  moderation.heard({ event: 'line.held', data: held('decided while away') });
  serverHolds([held('a')]);
  const loading = moderation.loadWaiting();
  moderation.heard({ event: 'line.held', data: held('b') });
  await loading;
  expect(idsOf(moderation.held)).toEqual(['a', 'b']);
  expect(asked).toEqual(['held.list', 'report.list']);
  moderation.close();
});

test('what another moderator decided first is simply done', async () => {
  const { moderation, said, refuse } = setUp('moderator');
  for (const id of ['a', 'b']) moderation.heard({ event: 'line.held', data: held(id) });
  refuse(new RequestError({ code: 'not_found', message: '' }));
  await moderation.decideHeld('a' as LineId, true);
  expect(idsOf(moderation.held)).toEqual(['b']);
  refuse(new RequestError({ code: 'database_unavailable', message: '' }));
  await moderation.decideHeld('b' as LineId, true);
  expect([idsOf(moderation.held), said.length]).toEqual([['b'], 1]);
  moderation.close();
});
