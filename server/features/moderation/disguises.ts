// The ways of writing a word so that a filter does not see it: digits for letters, dots and hearts between them, letters one
// by one, letters that do not end. Gives the lines that a folded line may be meant as; itself comes first. Pure; bounded.

/** Several tricks in one line multiply; a line with more is read in the first ones. */
const READINGS_MAX = 24;

// Scripts that part no words: a Chinese word is found anywhere, a Latin one between its borders.
export const UNPARTED = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
export const SIGN = '\\p{L}\\p{N}\\p{M}';

type Trick = (line: string) => readonly string[];

const DIGIT_WORD = /[a-z0-9@$!|]*[a-z][a-z0-9@$!|]*/g;
const DIGITS: Readonly<Record<string, string>> = { 0: 'o', 3: 'e', 4: 'a', 5: 's', 7: 't', 8: 'b', $: 's' };
/** `hello!` ends in no letter, and `@name` begins with none. */
const readDigits = (word: string, one: string): string =>
  word
    .replace(/[034578$]/g, (sign) => DIGITS[sign] ?? sign)
    .replace(/(?<=[a-z])@/g, 'a')
    .replace(/1|[!|](?=[a-z0-9])/g, one);

const digitsForLetters: Trick = (line) => {
  if (!/[a-z][@!|$0-8]|[$!|0-8][a-z]/.test(line)) return [];
  return ['i', 'l'].map((one) => line.replace(DIGIT_WORD, (word) => readDigits(word, one)));
};

const VOWELS = ['a', 'e', 'i', 'o', 'u'];
const starForVowel: Trick = (line) =>
  /[a-z][*#][a-z]/.test(line) ? VOWELS.map((vowel) => line.replace(/(?<=[a-z])[*#](?=[a-z])/g, vowel)) : [];

/** Signs that part no words in earnest; `and/or` and `yes,no` stay two words. */
const INNER = new RegExp(`(?<=[${SIGN}])[._*~=^·•\\-]{1,3}(?=[${SIGN}])`, 'gu');
const signsInside: Trick = (line) => {
  const joined = line.replace(INNER, '');
  return joined === line ? [] : [joined];
};

const GAP = `[^${SIGN}]{1,4}`;
/** Three letters or more that each stand alone; a Chinese one may have neighbours at the ends. */
const ALONE = new RegExp(
  `(?:(?<![${SIGN}])[${SIGN}]|[${UNPARTED}])(?:${GAP}[${SIGN}](?![${SIGN}])){1,80}(?:${GAP}[${UNPARTED}])?`,
  'gu',
);
const GAPS = new RegExp(`[^${SIGN}]+`, 'gu');
const MIN_ALONE = 3;
const joinAlone = (run: string): string => {
  const letters = run.replace(GAPS, '');
  return [...letters].length < MIN_ALONE ? run : letters;
};
const lettersAlone: Trick = (line) => {
  const joined = line.replace(ALONE, joinAlone);
  if (joined === line) return [];
  // "a b a d" says "a bad": these two are words by themselves.
  return [joined, line.replace(ALONE, (run) => (/^[ai][^a-z]/.test(run) ? `${run.slice(0, 1)} ${joinAlone(run.slice(2))}` : joinAlone(run)))];
};

const STRETCHED = /([a-z])\1{2,}/;
const STRETCHES_MAX = 4;
const lettersStretched: Trick = (line) => {
  let readings = [line];
  for (let turn = 0; turn < STRETCHES_MAX && readings.some((one) => STRETCHED.test(one)); turn += 1)
    readings = readings.flatMap((one) => (STRETCHED.test(one) ? [one.replace(STRETCHED, '$1'), one.replace(STRETCHED, '$1$1')] : [one]));
  return readings.length === 1 ? [] : readings;
};

/** What joins letters comes first, so that the others see whole words. */
const TRICKS: readonly Trick[] = [signsInside, lettersAlone, digitsForLetters, starForVowel, lettersStretched];

export const readingsOf = (folded: string): readonly string[] => {
  const readings = new Set([folded]);
  for (const trick of TRICKS) {
    for (const line of [...readings]) {
      if (readings.size >= READINGS_MAX) return [...readings].slice(0, READINGS_MAX);
      for (const reading of trick(line)) readings.add(reading);
    }
  }
  return [...readings].slice(0, READINGS_MAX);
};
