// Time as a picture: 32 bits of milliseconds and 8 check bits as black and white cells, in a grid that is still read after
// heavy compression at a quarter of the size. Below the code one row is left for a flash. Pure; also runs inside pages.

export type BarCodeGrid = { readonly columns: number; readonly rows: number };

/** 40 cells of code in five rows; the sixth row is the flash. */
export const GRID: BarCodeGrid = { columns: 8, rows: 6 };

/** The cells of a time: most significant bit first, then the checksum. The time is kept modulo 2^32 ms (49 days). */
export const cellsOf = (timeMs: number): boolean[] => {
  const value = timeMs % 2 ** 32 >>> 0;
  const check = ((value >>> 24) * 3 + (value >>> 16) * 5 + (value >>> 8) * 7 + value * 11 + 91) & 0xff;
  const bits: boolean[] = [];
  for (let bit = 31; bit >= 0; bit -= 1) bits.push(((value >>> bit) & 1) === 1);
  for (let bit = 7; bit >= 0; bit -= 1) bits.push(((check >>> bit) & 1) === 1);
  return bits;
};

/** The time that the cells say, near `aboutMs`; null if a cell is neither black nor white or the checksum is wrong. */
export const timeOf = (brightness: readonly number[], aboutMs: number): number | null => {
  let value = 0;
  let check = 0;
  for (let cell = 0; cell < 40; cell += 1) {
    const level = brightness[cell] ?? 128;
    if (level > 100 && level < 156) return null;
    const bit = level >= 156 ? 1 : 0;
    if (cell < 32) value = (value * 2 + bit) >>> 0;
    else check = check * 2 + bit;
  }
  const expected = ((value >>> 24) * 3 + (value >>> 16) * 5 + (value >>> 8) * 7 + value * 11 + 91) & 0xff;
  if (check !== expected) return null;
  const turn = 2 ** 32;
  return value + Math.round((aboutMs - value) / turn) * turn;
};
