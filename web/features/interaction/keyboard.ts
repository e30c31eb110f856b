// The keyboard of a phone takes half of the screen. While it is open and somebody types, the page is told so, and how much is
// left to it, so that picture, talk and box share what can be seen: browsers differ in what they shrink.

import type { Cancel } from '../../live/clock.ts';

/** Of the smaller side of a phone; tablets have room for both. */
const PHONE_PX_MAX = 560;
/** Browser bars come and go too; no keyboard is that low. */
const KEYBOARD_PX_MIN = 140;

const isTyping = (): boolean => document.activeElement?.matches('textarea, input:not([type=checkbox], [type=radio], [type=range])') ?? false;

/** Sets `data-keyboard` on the page's root, and `--visible-top` and `--visible-height`, until the returned function is called. */
export const followKeyboard = (): Cancel => {
  const { visualViewport: view, screen } = window;
  if (!view || !matchMedia('(pointer: coarse)').matches) return () => {};
  const root = document.documentElement;
  const listeners = new AbortController();
  let tallestPx = view.height;

  const look = (): void => {
    tallestPx = Math.max(tallestPx, view.height);
    const isPhone = Math.min(screen.width, screen.height) <= PHONE_PX_MAX && view.width <= PHONE_PX_MAX;
    const isOpen = isPhone && isTyping() && view.height < tallestPx - KEYBOARD_PX_MIN;
    root.toggleAttribute('data-keyboard', isOpen);
    root.style.setProperty('--visible-top', `${view.offsetTop}px`);
    root.style.setProperty('--visible-height', `${view.height}px`);
  };
  const turned = (): void => {
    tallestPx = 0;
    look();
  };
  const { signal } = listeners;
  view.addEventListener('resize', look, { signal });
  view.addEventListener('scroll', look, { signal });
  document.addEventListener('focusin', look, { signal });
  document.addEventListener('focusout', look, { signal });
  screen.orientation?.addEventListener('change', turned, { signal });
  return () => {
    listeners.abort();
    root.removeAttribute('data-keyboard');
  };
};
