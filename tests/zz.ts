import { startServer } from './support/server.ts';
import { launchChromium, screenshot } from './support/browser.ts';
import { registerByHand, openCreatorPage, bodyText, openChannelByHand, goLiveByHand, openWatchPage, picturesSince, nowMs, endByHand } from './support/pages.ts';
const s = await startServer(); const b = await launchChromium();
const page = await openCreatorPage(b);
page.on('console', (m) => console.log('PAGE', m.text())); page.on('pageerror', (e) => console.log('ERR', e)); page.on('response', (r) => r.status() >= 400 && console.log(r.status(), r.url()));
await registerByHand(page, s.url, 'usertester');
try { await openChannelByHand(page, 'testerch', 'Tester channel'); await goLiveByHand(page, 'A title'); console.log('LIVE');
const w = await openWatchPage(b, s.url, 'testerch'); w.on('console', (m) => console.log('W', m.text())); w.on('pageerror', (e) => console.log('WERR', e));
const f = await picturesSince(w, nowMs(), 60); console.log(JSON.stringify(f.slice(-2)), await w.evaluate(() => window.qiaoSeen?.firstFrameMuted));
await screenshot(w, 'zzw'); console.log(await bodyText(w)); await screenshot(page, 'zz');
await endByHand(page); console.log(await bodyText(page)); } catch (e) { console.log(e); await screenshot(page, 'zzfail'); console.log(await bodyText(page)); }
console.log(s.output());
await b.close(); await s.stop(); process.exit(0);
