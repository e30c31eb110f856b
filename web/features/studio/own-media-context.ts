// How the pickers and buttons of devices reach what they are of: the studio sets it, and so does whoever steps on the stage.

import { createContext } from 'svelte';
import type { OwnMedia } from './own-media.svelte.ts';

export const [getOwnMedia, setOwnMedia] = createContext<OwnMedia>();
