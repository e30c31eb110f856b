// How the parts of the watch page reach its state: the page sets it, everything below gets it.

import { createContext } from 'svelte';
import type { Watch } from './watch.svelte.ts';

export const [getWatch, setWatch] = createContext<Watch>();
