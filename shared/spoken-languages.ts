// What may be spoken in a broadcast: BCP 47 tags. Browsers have the words for them, in every language of theirs.

export const SPOKEN_LANGUAGES = ['zh', 'yue', 'en', 'ja', 'ko', 'es', 'fr', 'de', 'pt', 'it', 'ru', 'ar', 'hi', 'id', 'vi', 'th', 'tr'] as const;
export type SpokenLanguage = (typeof SPOKEN_LANGUAGES)[number];
