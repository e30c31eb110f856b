// Texts that would do something if they were taken for markup or code: set `window.qiaoBroken`, or ask another host.

const MARK = 'window.qiaoBroken=1';
export const HOSTILE_TEXTS: readonly string[] = [
  `<script>${MARK}</script>`,
  `<img src=x onerror="${MARK}">`,
  `<svg onload="${MARK}">`,
  `<svg><animate onbegin=${MARK}>`,
  `"><script>${MARK}</script>`,
  `' onfocus='${MARK}' autofocus='`,
  `</title><script>${MARK}</script>`,
  `</script><script>${MARK}</script>`,
  `<!--><script>${MARK}</script>`,
  `javascript:${MARK}`,
  `<a href="javascript:${MARK}">x</a>`,
  `<iframe srcdoc="<script>parent.${MARK}">`,
  `<math><mtext></p><img src=x onerror=${MARK}>`,
  `{{constructor.constructor('${MARK}')()}}`,
  `\${${MARK}}`,
  `{@html '<img src=x onerror=${MARK}>'}`,
  `<style>@import 'http://decoy.invalid/x'</style>`,
  `<link rel=stylesheet href=//decoy.invalid>`,
  `<base href=//decoy.invalid>`,
  `<meta http-equiv=refresh content=0;url=//decoy.invalid>`,
  `&lt;script&gt;${MARK}&lt;/script&gt;`,
  `\\u003cscript\\u003e${MARK}`,
];
