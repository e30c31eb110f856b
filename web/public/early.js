// Runs before the first paint. All else waits for main.ts.
{
  // A page in the chosen colours never flashes in the others.
  try {
    const theme = localStorage.getItem('qiao.theme');
    if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is forbidden here: the system's colours it is.
  }

  // A watch page asks for its scripts now instead of one round trip later; the build fills the list.
  const watchScripts = [];
  if (location.pathname.startsWith('/@')) {
    for (const href of watchScripts) {
      const link = document.createElement('link');
      link.rel = 'modulepreload';
      link.href = href;
      document.head.append(link);
    }
  }
}
