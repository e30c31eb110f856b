// The stage while PostgreSQL is dead: it lives in memory, and should not notice.

import { expect, test } from 'vitest';
import type { ParticipantId } from '../../shared/ids.ts';
import { isAlive } from '../support/processes.ts';
import { goLive, watch } from '../support/scene.ts';
import { bringUp, enter, receivesFrom } from '../support/stage.ts';
import { publish } from '../support/publisher.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

test('[S9] without a database people come on stage, are brought up, laid out and sent away', async () => {
  const server = await startServer();
  try {
    const show = await goLive(server);
    const [ada, bob] = [await bringUp(server, show), await enter(server, show)];
    const viewer = await watch(server, show.handle);
    const postmaster = server.postmasterPid();
    process.kill(postmaster, 'SIGKILL');
    await until('the postmaster to be dead', () => !isAlive(postmaster));

    await bob.connection.request('hand.raise', { why: 'me too' });
    expect((await show.studio.next('hand.raised')).hand).toMatchObject({ userId: bob.userId });
    await show.studio.request('stage.invite', { userId: bob.userId });
    await bob.connection.next('stage.invited');
    await bob.connection.request('stage.answer', { isAccepted: true });
    await publish(ada.connection);
    await receivesFrom(viewer.connection, ada.id, 1);
    await show.studio.request('stage.bringUp', { participantId: bob.id });
    await show.studio.request('layout.set', { kind: 'grid', order: [bob.id, ada.id] });
    await viewer.connection.next('stage.changed', ({ layout: { kind, order } }) => kind === 'grid' && (order as readonly ParticipantId[])[0] === bob.id);
    await show.studio.request('stage.remove', { participantId: ada.id });
    await receivesFrom(viewer.connection, ada.id, 0);
    expect(server.isAlive()).toBe(true);
    for (const { connection } of [ada, bob, viewer]) connection.close();
    show.end();
  } finally {
    await server.stop();
  }
});
