// The drawer's name in the page, so that the buttons of the player, the bar and the keyboard open the same one.

export const GIFT_DRAWER_ID = 'gift-drawer';

export const toggleGiftDrawer = (): void => {
  document.getElementById(GIFT_DRAWER_ID)?.togglePopover();
};
