// The player's keys: one list for the keyboard and for the help that `?` opens. Never while somebody types, and never
// instead of the button or slider that the keyboard stands on.

import { defaultKeybindingsHandlerIgnore, tinykeys } from 'tinykeys';

export type ShortcutName =
  | 'play' | 'mute' | 'volume' | 'full_screen' | 'theatre' | 'picture_in_picture' | 'danmaku' | 'gifts' | 'stats' | 'help';

/** What the help shows as keys, in its order. `space` is a word and is translated. */
export const SHORTCUTS: readonly { readonly name: ShortcutName; readonly keys: readonly string[] }[] = [
  { name: 'play', keys: ['space', 'K'] },
  { name: 'mute', keys: ['M'] },
  { name: 'volume', keys: ['↑', '↓'] },
  { name: 'full_screen', keys: ['F'] },
  { name: 'theatre', keys: ['T'] },
  { name: 'picture_in_picture', keys: ['P'] },
  { name: 'danmaku', keys: ['D'] },
  { name: 'gifts', keys: ['G'] },
  { name: 'stats', keys: ['I'] },
  { name: 'help', keys: ['?'] },
];

export type ShortcutActions = Record<Exclude<ShortcutName, 'volume'>, () => void> & {
  readonly louder: () => void;
  readonly quieter: () => void;
};

/** What takes a key for itself when the keyboard stands on it. */
const TAKES_SPACE = 'button, a[href], summary, [role="menu"], [role="listbox"], dialog';
const TAKES_ARROWS = '[role="slider"], [role="menu"], [role="listbox"], [role="tablist"], dialog';

const isWithin = (target: EventTarget | null, selector: string): boolean => target instanceof Element && target.closest(selector) !== null;

/** Listens on the window until the returned function is called. `used` is told after each, so that the effect is seen. */
export const bindShortcuts = (target: Window, actions: ShortcutActions, used: () => void): (() => void) => {
  const does = (action: () => void) => (event: KeyboardEvent): void => {
    event.preventDefault();
    action();
    used();
  };
  const unlessWithin = (selector: string, action: () => void) => (event: KeyboardEvent): void => {
    if (!isWithin(event.target, selector)) does(action)(event);
  };
  return tinykeys(target, {
    Space: unlessWithin(TAKES_SPACE, actions.play),
    k: does(actions.play),
    m: does(actions.mute),
    f: does(actions.full_screen),
    t: does(actions.theatre),
    p: does(actions.picture_in_picture),
    d: does(actions.danmaku),
    g: does(actions.gifts),
    i: does(actions.stats),
    '[Shift]+?': does(actions.help),
    ArrowUp: unlessWithin(TAKES_ARROWS, actions.louder),
    ArrowDown: unlessWithin(TAKES_ARROWS, actions.quieter),
  }, {
    // A held arrow goes on turning the volume; everything else is done once.
    ignore: (event) => event.key.startsWith('Arrow') ? isTyping(event) : defaultKeybindingsHandlerIgnore(event),
  });
};

const isTyping = (event: KeyboardEvent): boolean =>
  event.isComposing || (event.target instanceof Element && event.target.matches('[contenteditable], input, select, textarea'));
