// Lint for mistakes that types do not catch. No rule on looks: those are for people.
import { fileURLToPath } from 'node:url';
import svelte from 'eslint-plugin-svelte';
import typescript from 'typescript-eslint';

const root = fileURLToPath(new URL('..', import.meta.url));
const projects = ['shared', 'server', 'web', 'tests'].map((folder) => `${folder}/tsconfig.json`);
const typed = {
  parser: typescript.parser,
  parserOptions: { project: projects, tsconfigRootDir: root, extraFileExtensions: ['.svelte'] },
};

const rules = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/ban-ts-comment': 'error',
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-console': 'error',
  'no-debugger': 'error',
  'no-var': 'error',
  'prefer-const': 'error',
};

// ESLint reads its configuration from the default export, the one place where we have one.
export default [
  { ignores: ['**/node_modules/', 'web/dist/', 'web/text/generated/', 'data/'] },
  {
    files: ['**/*.ts'],
    languageOptions: typed,
    plugins: { '@typescript-eslint': typescript.plugin },
    rules,
  },
  { files: ['tests/**/*.ts'], rules: { 'no-console': 'off' } },
  ...svelte.configs['flat/base'],
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { ...typed.parserOptions, parser: typescript.parser } },
    plugins: { '@typescript-eslint': typescript.plugin },
    rules: {
      ...rules,
      // Svelte declares props with let.
      'prefer-const': 'off',
      'svelte/no-at-html-tags': 'error',
      'svelte/no-at-debug-tags': 'error',
      'svelte/no-target-blank': 'error',
      'svelte/no-dupe-else-if-blocks': 'error',
      'svelte/no-dupe-style-properties': 'error',
      'svelte/no-unknown-style-directive-property': 'error',
      'svelte/require-each-key': 'error',
      'svelte/valid-each-key': 'error',
      'svelte/no-reactive-reassign': 'error',
      'svelte/infinite-reactive-loop': 'error',
      'svelte/button-has-type': 'error',
    },
  },
];
