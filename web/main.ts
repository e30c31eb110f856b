// The page's beginning: styles, language, and App into its place. The page of the route is asked for first, so that its
// script travels together with App's own.

import { mount } from 'svelte';
import App from './App.svelte';
import { loadPage } from './pages.ts';
import { matchRoute } from './routes.ts';
import './styles/app.css';
import './text/language.svelte.ts';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

// A failure shows where App loads the same page again.
loadPage(matchRoute(location.pathname).page).catch(() => undefined);
target.replaceChildren();
mount(App, { target });
