// What counts as an icon: any component that takes a size, as those of @lucide/svelte do.

import type { Component } from 'svelte';

export type IconComponent = Component<{ size?: number | string; strokeWidth?: number | string; class?: string }>;
