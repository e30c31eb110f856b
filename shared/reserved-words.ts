// Names and handles that nobody may take: they would look like the house itself, or like an address of its pages.

export const RESERVED_WORDS = [
  'qiao', 'admin', 'administrator', 'root', 'system', 'sysadmin', 'operator', 'owner', 'staff', 'team', 'official',
  'support', 'help', 'helpdesk', 'service', 'security', 'abuse', 'moderator', 'mod', 'webmaster', 'postmaster', 'hostmaster',
  'noreply', 'info', 'contact', 'billing', 'payment', 'payments', 'legal', 'privacy', 'terms', 'about', 'blog', 'news',
  'everyone', 'here', 'anonymous', 'guest', 'user', 'username', 'null', 'undefined', 'test', 'bot', 'server',
  'studio', 'login', 'logout', 'signin', 'signup', 'register', 'settings', 'account', 'accounts', 'me', 'profile',
  'api', 'live', 'watch', 'channel', 'channels', 'home', 'index', 'search', 'discover', 'explore', 'trending', 'category',
  'categories', 'images', 'thumbnails', 'assets', 'static', 'metrics', 'healthz', 'status', 'docs', 'openapi', 'www',
  '管理员', '系统', '官方', '客服', '桥', '桥官方', '系统管理员',
] as const;
