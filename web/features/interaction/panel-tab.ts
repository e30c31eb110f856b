// What the space beside the picture can show.

export type PanelTab = 'chat' | 'questions' | 'stage' | 'moderation' | 'about';
