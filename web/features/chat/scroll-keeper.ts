// Keeps a list of lines where its reader wants it: at its end while they follow the talk, and else on the very line they look
// at, whatever is put in or taken out above it. Done by hand, because browsers differ in what they do by themselves.

import type { LineId } from '../../../shared/ids.ts';

/** Farther from the end than this is somebody's wish. */
const AWAY_PX = 12;
const END_PX = 4;
/** From here on older lines are asked for. */
const START_PX = 400;
/** One of these will still be there after a change. */
const ANCHORS_MAX = 12;

type Anchor = { readonly row: HTMLElement; readonly topPx: number };
export type Place = 'end' | 'away' | 'between';

export const createScrollKeeper = () => {
  let list: HTMLElement | null = null;
  let anchors: readonly Anchor[] = [];
  let isFollowing = true;
  /** To know a scroll down from one up. */
  let lastTop = 0;

  const rows = (): HTMLElement[] => (list ? [...list.querySelectorAll<HTMLElement>('[data-row]')] : []);
  const restPx = (): number => (list ? list.scrollHeight - list.scrollTop - list.clientHeight : 0);
  const toEnd = (): void => {
    if (!list) return;
    list.scrollTop = list.scrollHeight;
    lastTop = list.scrollTop;
  };
  /** The first row that reaches into view. */
  const firstInView = (all: readonly HTMLElement[], topPx: number): number => {
    let [from, to] = [0, all.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const row = all[middle];
      if (row && row.offsetTop + row.offsetHeight <= topPx) from = middle + 1;
      else to = middle;
    }
    return from;
  };

  return {
    attach(element: HTMLElement): () => void {
      list = element;
      toEnd();
      // A keyboard that opens, a box that grows, a turned phone.
      const sizes = new ResizeObserver(() => { if (isFollowing) toEnd(); });
      sizes.observe(element);
      return () => {
        sizes.disconnect();
        list = null;
      };
    },
    /** Before the rows change. */
    before(isReading: boolean): void {
      isFollowing = !isReading;
      if (!list || isFollowing) return void (anchors = []);
      const { scrollTop } = list;
      const all = rows();
      const first = firstInView(all, scrollTop);
      anchors = all.slice(first, first + ANCHORS_MAX).map((row) => ({ row, topPx: row.offsetTop - scrollTop }));
    },
    /** After the rows have changed. */
    after(): void {
      if (!list) return;
      if (isFollowing) return toEnd();
      const anchor = anchors.find(({ row }) => row.isConnected);
      if (anchor) list.scrollTop = anchor.row.offsetTop - anchor.topPx;
      anchors = [];
      lastTop = list.scrollTop;
    },
    /** Where the reader has gone. */
    scrolled(): Place {
      if (!list) return 'between';
      const isDown = list.scrollTop >= lastTop;
      lastTop = list.scrollTop;
      if (isFollowing) return restPx() > AWAY_PX && !isDown ? 'away' : 'between';
      return isDown && restPx() <= END_PX ? 'end' : 'between';
    },
    canGoUp: () => list !== null && list.scrollTop > 0,
    isNearStart: () => list !== null && list.scrollTop < START_PX,
    rowOf: (lineId: LineId): HTMLElement | null => list?.querySelector<HTMLElement>(`[data-line="${CSS.escape(lineId)}"]`) ?? null,
    /** The line above or below; from outside the lines, the last one in view. */
    rowBeside(row: HTMLElement | null, key: 'ArrowUp' | 'ArrowDown'): HTMLElement | null {
      const all = list ? [...list.querySelectorAll<HTMLElement>('[data-line]')] : [];
      if (!row) return key === 'ArrowUp' ? (all.at(-1) ?? null) : null;
      return all[all.indexOf(row) + (key === 'ArrowUp' ? -1 : 1)] ?? null;
    },
  };
};
