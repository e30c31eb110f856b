// Makes what people type harmless to show: no controls, no invisible or direction-changing characters, no towers of marks.
// It stays their text: nothing is escaped here, since text is never markup (see README).

/** Controls, format characters (bidi overrides among them), lone surrogates, private use, unassigned, line separators. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
const JOINERS = '\u200c\u200d'; // emoji families and several scripts need them, between other characters
const HIDDEN_BUT_JOINERS = new RegExp(`(?![${JOINERS}])${HIDDEN.source}`, 'gu');
const HIDDEN_IN_LINES = new RegExp(`(?![${JOINERS}\\n])${HIDDEN.source}`, 'gu');
const STRAY_JOINERS = new RegExp(`(?<=^|[\\s${JOINERS}])[${JOINERS}]+|[${JOINERS}]+(?=$|\\s)`, 'gu');
/** No script needs more than three marks on one letter; a thousand are a tower. */
const TOWERS = /(\p{M}{3})\p{M}+/gu;
const VISIBLE = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;

const orNothing = (text: string): string => (VISIBLE.test(text) ? text : '');

/** Most lines: single words of plain letters, one space between them. */
const IS_CLEAN = /^[!-~]+(?: [!-~]+)*$/;

/** One line; the empty string if nothing visible is left. */
export const cleanLine = (text: string): string =>
  IS_CLEAN.test(text) ? text : orNothing(
    text
      .toWellFormed()
      .normalize('NFC')
      .replace(/[^\S\ufeff]/gu, ' ') // before the hidden ones go: a line break parts words
      .replace(HIDDEN_BUT_JOINERS, '')
      .replace(STRAY_JOINERS, '')
      .replace(TOWERS, '$1')
      .replace(/ {2,}/g, ' ')
      .trim(),
  );

/** Lines and single empty lines between them; the empty string if nothing visible is left. */
export const cleanLines = (text: string): string =>
  orNothing(
    text
      .toWellFormed()
      .normalize('NFC')
      .replace(/\r\n?|[\u2028\u2029]/gu, '\n')
      .replace(/[^\S\n\ufeff]/gu, ' ')
      .replace(HIDDEN_IN_LINES, '')
      .replace(STRAY_JOINERS, '')
      .replace(TOWERS, '$1')
      .replace(/ {2,}/g, ' ')
      .replace(/ ?\n ?/g, '\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
  );
