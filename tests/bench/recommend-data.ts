// LiveRec's file (Rappaz, McAuley, Aberer, RecSys 2021) read into columns, and the walk through its rounds: who is live, who chose
// what. Split by time and full ranking as in their data.py. Candidates are all broadcasts on air where a list of them exists;
// with the file alone, as there, whoever is watched in the round. Rows of one round are told only after all of them were ranked.

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
  /** What was on air: streamer, start, stop; null when only the file of watches is known. */
  readonly onAir: readonly (readonly [number, number, number])[] | null;
  /** The file's own number of each dense streamer. */
  readonly streamerName: readonly string[];
};

export type Split = { readonly validFrom: number; readonly testFrom: number };
/** Their split: the last 250 rounds are the test, the 250 before them are for choosing settings. */
export const SPLIT_ROUNDS = 250;
export const splitOf = (table: Table): Split => ({ validFrom: table.rounds - 2 * SPLIT_ROUNDS, testFrom: table.rounds - SPLIT_ROUNDS });

/** A line of five fields of which the last two are rounds; what is wrong is said in words, with the line's number. */
const readLine = (text: string, number: number): { user: string; streamer: string; start: number; stop: number } => {
  const fields = text.trimEnd().split(',');
  const wrong = (what: string): Error => new Error(`line ${number}: ${what}; expected user,stream,streamer,start,stop without a header, found "${text.slice(0, 80)}"`);
  if (fields.length !== 5) throw wrong(`${fields.length} fields`);
  const [user = '', , streamer = '', startText = '', stopText = ''] = fields;
  if (user === '' || streamer === '') throw wrong('an empty user or streamer');
  const [start, stop] = [startText, stopText].map((field) => (/^\d{1,9}$/.test(field) ? Number(field) : Number.NaN));
  if (start === undefined || stop === undefined || Number.isNaN(start) || Number.isNaN(stop)) throw wrong('start and stop must be whole rounds of ten minutes');
  if (stop < start) throw wrong('it stops before it starts');
  return { user, streamer, start, stop };
};

/** @throws Error that names the line, for a text that has another layout or says nothing. */
export const readTable = (text: string, broadcasts?: string): Table => {
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
  for (const watch of text.split('\n')) {
    if (watch.trim() !== '') {
      const { user, streamer, start, stop } = readLine(watch, line + 1);
      rows.push([dense(users, user), dense(streamers, streamer), start, Math.max(stop, start + 1), line]);
    }
    line++;
  }
  if (rows.length === 0) throw new Error('the file has no watches');
  rows.sort((a, b) => a[2] - b[2] || a[4] - b[4]);
  const column = (at: 0 | 1 | 2 | 3 | 4) => Int32Array.from(rows, (row) => row[at]);
  const onAir = broadcasts?.split('\n').map((broadcast): [number, number, number] => {
    const [, streamer = '', start, stop] = broadcast.split(',');
    return [dense(streamers, streamer), Number(start), Number(stop)];
  });
  return {
    onAir: onAir?.sort((a, b) => a[1] - b[1]) ?? null,
    users: users.size, streamers: streamers.size, rounds: (rows.at(-1)?.[2] ?? 0) + 1,
    user: column(0), streamer: column(1), start: column(2), stop: column(3), row: column(4), streamerName: [...streamers.keys()],
  };
};

/** @throws Error when there is nothing left to learn from before validation and test. */
export const checkLongEnough = ({ rounds, start }: Table): void => {
  const before = start.findIndex((round) => round >= rounds - 2 * SPLIT_ROUNDS);
  if (rounds <= 2 * SPLIT_ROUNDS || before < 1) {
    throw new Error(`the file spans ${rounds} rounds; the last ${2 * SPLIT_ROUNDS} are for validation and test, and there must be watches before them`);
  }
};

/** What a model is asked and told. Ids are dense; `score` fills `out` for the first `count` of `live`. */
export type Recommender = {
  readonly wentLive?: (streamer: number) => void;
  readonly ended?: (streamer: number) => void;
  score(user: number, live: Int32Array, count: number, round: number, out: Float64Array): void;
  chose(user: number, streamer: number, round: number, stop: number): void;
  left?(streamer: number, user: number, round: number): void;
  /** A round begins with these live. */
  round?(live: Int32Array, count: number): void;
};

export type Asked = { readonly row: number; readonly user: number; readonly streamer: number; readonly chosen: number; readonly live: Int32Array; readonly count: number; readonly scores: Float64Array };

/** Walks the rounds up to `to`; from round `from` on each choice is ranked before the model learns of it. */
export const walk = (table: Table, model: Recommender, { from, to }: { from: number; to: number }, asked: (asked: Asked) => void): void => {
  const live = new Int32Array(table.streamers);
  const place = new Int32Array(table.streamers).fill(-1);
  const scores = new Float64Array(table.streamers);
  const leaving = new Map<number, number[]>(); // rows by the round in which they end
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
  /** Of broadcasts, or, without a list, of watches: a streamer is live while one of them lasts. */
  const ending = new Map<number, number[]>();
  const lasting = new Int32Array(table.streamers);
  const spans = table.onAir ?? Array.from(table.start, (start, at): [number, number, number] => [table.streamer[at] ?? 0, start, table.stop[at] ?? 0]);
  let nextSpan = 0;
  const turn = (round: number): void => {
    for (let span = spans[nextSpan]; span && span[1] <= round; span = spans[++nextSpan]) {
      const [streamer, , stop] = span;
      lasting[streamer] = (lasting[streamer] ?? 0) + 1;
      push(ending, stop, streamer);
      enter(streamer);
    }
    for (const streamer of ending.get(round) ?? []) {
      lasting[streamer] = (lasting[streamer] ?? 0) - 1;
      if (lasting[streamer] === 0) leave(streamer);
    }
    ending.delete(round);
  };
  let next = 0;
  for (let round = 0; round < to; round++) {
    for (const row of leaving.get(round) ?? []) model.left?.(table.streamer[row] ?? 0, table.user[row] ?? 0, round);
    leaving.delete(round);
    turn(round);
    model.round?.(live, count);
    const first = next;
    while (next < table.start.length && (table.start[next] ?? 0) === round) next++;
    if (round >= from) {
      for (let at = first; at < next; at++) {
        const user = table.user[at] ?? 0;
        model.score(user, live, count, round, scores);
        const streamer = table.streamer[at] ?? 0;
        asked({ row: at, user, streamer, chosen: place[streamer] ?? -1, live, count, scores });
      }
    }
    for (let at = first; at < next; at++) {
      model.chose(table.user[at] ?? 0, table.streamer[at] ?? 0, round, table.stop[at] ?? 0);
      push(leaving, table.stop[at] ?? 0, at);
    }
  }
};

const push = (lists: Map<number, number[]>, key: number, value: number): void => {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
};
