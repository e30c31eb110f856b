// LiveRec's file (Rappaz, McAuley, Aberer, RecSys 2021) read into columns, and the walk through its rounds: who is live, who chose
// what. Split by time and candidates as in their data.py: everybody live in the round, in the data, none sampled. Rows of one
// round are told to a model only after all of them were ranked.

export type Table = {
  readonly users: number;
  readonly streamers: number;
  readonly rounds: number;
  readonly user: Int32Array;
  readonly streamer: Int32Array;
  readonly start: Int32Array;
  readonly stop: Int32Array;
  /** In the order of `start`; ids are dense, `row` is the line in the file. */
  readonly row: Int32Array;
  /** The file's own number of each dense streamer. */
  readonly streamerName: readonly string[];
};

export type Split = { readonly validFrom: number; readonly testFrom: number };
/** Their split: the last 250 rounds are the test, the 250 before them are for choosing settings. */
export const SPLIT_ROUNDS = 250;
export const splitOf = (table: Table): Split => ({ validFrom: table.rounds - 2 * SPLIT_ROUNDS, testFrom: table.rounds - SPLIT_ROUNDS });

export const readTable = (text: string): Table => {
  const users = new Map<string, number>();
  const streamers = new Map<string, number>();
  const dense = (ids: Map<string, number>, name: string): number => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    ids.set(name, ids.size);
    return ids.size - 1;
  };
  const rows: [number, number, number, number, number][] = [];
  let line = 0;
  for (const text_ of text.split('\n')) {
    const [user, , streamer, start, stop] = text_.split(',');
    if (user !== undefined && streamer !== undefined && start !== undefined && stop !== undefined) {
      rows.push([dense(users, user), dense(streamers, streamer), Number(start), Math.max(Number(stop), Number(start) + 1), line]);
    }
    line++;
  }
  rows.sort((a, b) => a[2] - b[2] || a[4] - b[4]);
  const column = (at: 0 | 1 | 2 | 3 | 4) => Int32Array.from(rows, (row) => row[at]);
  return {
    users: users.size, streamers: streamers.size, rounds: (rows.at(-1)?.[2] ?? 0) + 1,
    user: column(0), streamer: column(1), start: column(2), stop: column(3), row: column(4), streamerName: [...streamers.keys()],
  };
};

/** What a model is asked and told. Ids are dense; `score` fills `out` for the first `count` of `live`. */
export type Recommender = {
  readonly wentLive?: (streamer: number) => void;
  readonly ended?: (streamer: number) => void;
  score(user: number, live: Int32Array, count: number, round: number, out: Float64Array): void;
  chose(user: number, streamer: number, round: number, stop: number): void;
  left?(streamer: number): void;
};

export type Asked = { readonly row: number; readonly user: number; readonly streamer: number; readonly live: Int32Array; readonly count: number; readonly scores: Float64Array };

/** Walks the rounds up to `to`; from round `from` on each choice is ranked before the model learns of it. */
export const walk = (table: Table, model: Recommender, { from, to }: { from: number; to: number }, asked: (asked: Asked) => void): void => {
  const watching = new Int32Array(table.streamers);
  const live = new Int32Array(table.streamers);
  const place = new Int32Array(table.streamers).fill(-1);
  const scores = new Float64Array(table.streamers);
  const leaving = new Map<number, number[]>();
  let count = 0;
  const enter = (streamer: number): void => {
    if ((place[streamer] ?? -1) >= 0) return;
    place[streamer] = count;
    live[count++] = streamer;
    model.wentLive?.(streamer);
  };
  const leave = (streamer: number): void => {
    const at = place[streamer] ?? -1;
    const last = live[--count] ?? 0;
    live[at] = last;
    place[last] = at;
    place[streamer] = -1;
    model.ended?.(streamer);
  };
  let next = 0;
  for (let round = 0; round < to; round++) {
    let end = next;
    while (end < table.start.length && (table.start[end] ?? 0) === round) end++;
    const gone = leaving.get(round) ?? [];
    leaving.delete(round);
    for (const streamer of gone) {
      watching[streamer] = (watching[streamer] ?? 0) - 1;
      model.left?.(streamer);
    }
    for (let at = next; at < end; at++) {
      const streamer = table.streamer[at] ?? 0;
      watching[streamer] = (watching[streamer] ?? 0) + 1;
      enter(streamer);
    }
    for (const streamer of gone) if (watching[streamer] === 0 && (place[streamer] ?? -1) >= 0) leave(streamer);
    if (round >= from) {
      for (let at = next; at < end; at++) {
        const user = table.user[at] ?? 0;
        model.score(user, live, count, round, scores);
        asked({ row: at, user, streamer: table.streamer[at] ?? 0, live, count, scores });
      }
    }
    for (let at = next; at < end; at++) {
      const streamer = table.streamer[at] ?? 0;
      const stop = table.stop[at] ?? 0;
      model.chose(table.user[at] ?? 0, streamer, round, stop);
      const later = leaving.get(stop);
      if (later) later.push(streamer);
      else leaving.set(stop, [streamer]);
    }
    next = end;
  }
};
