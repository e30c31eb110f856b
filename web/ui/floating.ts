// Where a floating panel goes, and how arrow keys walk through a list of controls. No state.

const GAP_PX = 6;
const EDGE_PX = 8;

/** Puts a shown panel below its button, or above where there is more room, and keeps it inside the window. */
export const placeBeside = (panel: HTMLElement, button: HTMLElement, align: 'start' | 'end'): void => {
  const from = button.getBoundingClientRect();
  const size = panel.getBoundingClientRect();
  const below = window.innerHeight - from.bottom - GAP_PX - EDGE_PX;
  const goesUp = size.height > below && from.top > below;
  const left = align === 'start' ? from.left : from.right - size.width;
  panel.style.left = `${Math.max(EDGE_PX, Math.min(left, document.documentElement.clientWidth - size.width - EDGE_PX))}px`;
  panel.style.top = `${Math.max(EDGE_PX, goesUp ? from.top - GAP_PX - size.height : from.bottom + GAP_PX)}px`;
};

/** The index that an arrow, Home or End leads to from `current` (-1: nowhere yet); null for other keys. */
export const stepIndex = (current: number, count: number, key: string): number | null => {
  if (count === 0) return null;
  if (key === 'ArrowDown' || key === 'ArrowRight') return (current + 1) % count;
  if (key === 'ArrowUp' || key === 'ArrowLeft') return current <= 0 ? count - 1 : current - 1;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  return null;
};

/** Moves the focus along `controls`; false if the key does not mean that. */
export const stepFocus = (controls: readonly HTMLElement[], key: string): boolean => {
  const current = controls.findIndex((control) => control === document.activeElement);
  const next = stepIndex(current, controls.length, key);
  if (next === null) return false;
  controls[next]?.focus();
  return true;
};
