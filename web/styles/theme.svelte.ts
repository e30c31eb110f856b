// Dark, light, or as the system has it. App builds one Theme and hands it down. The stored choice is also read by
// public/early.js, before the first paint.

import { createContext } from 'svelte';

export const THEMES = ['system', 'dark', 'light'] as const;
export type ThemeChoice = (typeof THEMES)[number];

const STORED_AS = 'qiao.theme';

export class Theme {
  choice = $state<ThemeChoice>(THEMES.find((theme) => theme === document.documentElement.dataset['theme']) ?? 'system');

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    if (choice === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = choice;
    try {
      if (choice === 'system') localStorage.removeItem(STORED_AS);
      else localStorage.setItem(STORED_AS, choice);
    } catch {
      // Storage may be forbidden; the choice then holds for this visit.
    }
  }
}

export const [getTheme, setTheme] = createContext<Theme>();
