import { expect, test } from 'vitest';
import { bindShortcuts, SHORTCUTS, type ShortcutActions } from './shortcuts.ts';

type Kind = 'page' | 'button' | 'input' | 'menu';

/** What of an element the keys look at: whether it is typed in, and whether it is a control. */
class FakeElement {
  readonly #kind: Kind;
  constructor(kind: Kind) {
    this.#kind = kind;
  }
  matches(): boolean {
    return this.#kind === 'input';
  }
  closest(selector: string): FakeElement | null {
    return selector.includes(this.#kind) ? this : null;
  }
}

const setUp = () => {
  const done: string[] = [];
  let listener: (event: unknown) => void = () => undefined;
  const target = {
    addEventListener: (_type: string, fn: (event: unknown) => void) => { listener = fn; },
    removeEventListener: () => { listener = () => undefined; },
  } as unknown as Window;
  const names = ['play', 'mute', 'full_screen', 'theatre', 'picture_in_picture', 'danmaku', 'gifts', 'stats', 'help', 'louder', 'quieter'] as const;
  const actions = Object.fromEntries(names.map((name) => [name, () => done.push(name)])) as unknown as ShortcutActions;
  const stop = bindShortcuts(target, actions, () => undefined);
  const press = (key: string, code: string, on: Kind = 'page', more = {}) => {
    let prevented = false;
    listener({
      key, code, target: new FakeElement(on), currentTarget: target, repeat: false, isComposing: false,
      getModifierState: (modifier: string) => modifier === 'Shift' && key === '?',
      preventDefault: () => { prevented = true; }, ...more,
    });
    return prevented;
  };
  return { done, press, stop };
};

globalThis.Element ??= FakeElement as unknown as typeof Element;

test('every key does what the help says', () => {
  const { done, press } = setUp();
  press(' ', 'Space');
  for (const letter of ['k', 'm', 'f', 't', 'p', 'd', 'g', 'i']) press(letter, `Key${letter.toUpperCase()}`);
  press('?', 'Slash');
  press('ArrowUp', 'ArrowUp');
  press('ArrowDown', 'ArrowDown');
  expect(done).toEqual(['play', 'play', 'mute', 'full_screen', 'theatre', 'picture_in_picture', 'danmaku', 'gifts', 'stats', 'help', 'louder', 'quieter']);
  expect(SHORTCUTS.flatMap(({ keys }) => keys)).toHaveLength(done.length);
});

test('never while somebody types', () => {
  const { done, press } = setUp();
  for (const [key, code] of [[' ', 'Space'], ['m', 'KeyM'], ['?', 'Slash'], ['ArrowUp', 'ArrowUp']] as const) {
    expect(press(key, code, 'input')).toBe(false);
  }
  expect(done).toEqual([]);
});

test('space belongs to the button that the keyboard stands on, arrows to the menu, letters to nobody but us', () => {
  const { done, press } = setUp();
  expect(press(' ', 'Space', 'button')).toBe(false);
  expect(press('ArrowUp', 'ArrowUp', 'menu')).toBe(false);
  press('ArrowDown', 'ArrowDown', 'button');
  press('m', 'KeyM', 'button');
  expect(done).toEqual(['quieter', 'mute']);
});

test('a held letter acts once, a held arrow goes on', () => {
  const { done, press } = setUp();
  press('m', 'KeyM', 'page', { repeat: true });
  press('ArrowUp', 'ArrowUp', 'page', { repeat: true });
  expect(done).toEqual(['louder']);
});

test('the browser’s own combinations are left alone', () => {
  const { done, press } = setUp();
  press('f', 'KeyF', 'page', { getModifierState: (modifier: string) => modifier === 'Control' });
  expect(done).toEqual([]);
});

test('after the page is left no key does anything', () => {
  const { done, press, stop } = setUp();
  stop();
  press('m', 'KeyM');
  expect(done).toEqual([]);
});
