// What the creator writes about the broadcast before it starts, kept on this device from one broadcast to the next. It is
// always good enough to go live with: whoever writes nothing gets the channel's name and category.

import { CATEGORIES, type Category } from '../../../shared/categories.ts';
import type { ImageId } from '../../../shared/ids.ts';
import { TITLE_CHARS_MAX } from '../../../shared/limits.ts';
import { VISIBILITIES, type Visibility } from '../../../shared/messages/broadcasts.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import type { Params } from '../../../shared/messages.ts';
import { SPOKEN_LANGUAGES, type SpokenLanguage } from '../../../shared/spoken-languages.ts';
import { m } from '../../text/generated/messages.js';
import { language as pageLanguage } from '../../text/language.svelte.ts';
import { withTags } from './tags.ts';

const KEY = 'qiao.broadcast';

export type Cover = { readonly imageId: ImageId; readonly url: string };

const isOneOf = <T extends string>(all: readonly T[], value: unknown): value is T => (all as readonly unknown[]).includes(value);

export class Draft {
  title = $state('');
  category = $state<Category>('other');
  tags = $state.raw<readonly string[]>([]);
  visibility = $state<Visibility>('public');
  /** Null: not said. */
  language = $state<SpokenLanguage | null>(pageLanguage.current === 'zh-CN' ? 'zh' : 'en');
  cover = $state.raw<Cover | null>(null);

  readonly #channel: ChannelView;
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;

  constructor(channel: ChannelView, storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#channel = channel;
    this.#storage = storage;
    this.category = channel.category;
    this.#recall();
  }

  get defaultTitle(): string {
    return m.studio_details_title_default({ channel: this.#channel.displayName }).slice(0, TITLE_CHARS_MAX);
  }

  addTags(typed: string): void {
    this.tags = withTags(this.tags, typed);
  }

  removeTag(tag: string): void {
    this.tags = this.tags.filter((other) => other !== tag);
  }

  /** What broadcast.start takes. */
  get params(): Params<'broadcast.start'> {
    return {
      title: this.title.trim() || this.defaultTitle,
      category: this.category,
      tags: [...this.tags],
      visibility: this.visibility,
      language: this.language,
      coverImageId: this.cover?.imageId ?? null,
    };
  }

  keep(): void {
    const { title, category, tags, visibility, language } = this;
    try {
      this.#storage.setItem(KEY, JSON.stringify({ title, category, tags, visibility, language }));
    } catch {
      // Storage is full or switched off: next time starts empty.
    }
  }

  #recall(): void {
    try {
      const kept: unknown = JSON.parse(this.#storage.getItem(KEY) ?? 'null');
      if (typeof kept !== 'object' || kept === null) return;
      if ('title' in kept && typeof kept.title === 'string') this.title = kept.title.slice(0, TITLE_CHARS_MAX);
      if ('category' in kept && isOneOf(CATEGORIES, kept.category)) this.category = kept.category;
      if ('tags' in kept && Array.isArray(kept.tags)) this.tags = withTags([], kept.tags.map(String).join(','));
      if ('visibility' in kept && isOneOf(VISIBILITIES, kept.visibility)) this.visibility = kept.visibility;
      if ('language' in kept && (kept.language === null || isOneOf(SPOKEN_LANGUAGES, kept.language))) this.language = kept.language;
    } catch {
      // Storage is switched off, or holds something else.
    }
  }
}
