// A channel's columns as every store reads them, and the view that people get of them.

import type { ChannelView } from '../../shared/messages/rooms.ts';
import type { ImageId } from '../../shared/ids.ts';
import { channels } from './schema.ts';

export type ImageUrl = (id: ImageId) => string;

export const channelColumns = {
  channelId: channels.id, handle: channels.handle, displayName: channels.displayName, about: channels.about, category: channels.category, avatarImageId: channels.avatarImageId,
};

type ChannelColumns = Omit<ChannelView, 'avatarUrl'> & { readonly avatarImageId: ImageId | null };

export const channelViewOf = ({ avatarImageId, ...row }: ChannelColumns, imageUrl: ImageUrl): ChannelView => ({ ...row, avatarUrl: avatarImageId && imageUrl(avatarImageId) });
