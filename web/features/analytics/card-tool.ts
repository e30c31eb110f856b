// The look of what stands at a card's upper edge: a small button or link.

export const CARD_TOOL = 'reach inline-flex min-h-8 items-center gap-1 rounded-full px-2.5 text-xs font-semibold text-muted transition hover:bg-raised hover:text-text';
