// How the parts of the studio reach its state: the page sets it, everything below gets it.

import { createContext } from 'svelte';
import type { Studio } from './studio.svelte.ts';

export const [getStudio, setStudio] = createContext<Studio>();
