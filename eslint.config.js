import tseslint from 'typescript-eslint'

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      'bin/',
      'tools/with-node.mjs',
      'eslint.config.js',
      'test/unit/fixtures/',
      'src/lib/render/report/page.js',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {parserOptions: {project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname}},
    rules: {
      // A `!` stands where the line above proves it; an index that cannot be out of range is one.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', {allowNumber: true, allowNever: true}],
      // An async function without an await is how a synchronous implementation fits an asynchronous interface.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', {ignoreArrowShorthand: true}],
      'max-lines': ['error', {max: 300, skipBlankLines: true, skipComments: true}],
      complexity: ['error', 14],
      'no-console': 'error',
    },
  },
  {
    files: ['src/**'],
    rules: {'max-lines-per-function': ['error', {max: 40, skipBlankLines: true, skipComments: true}]},
  },
  {
    // Lists in the shape of a function: the calls to one resource of Gnocchi, each a function of its own; columns.
    files: ['src/lib/gnocchi/**', 'src/lib/render/status.ts'],
    rules: {'max-lines-per-function': ['error', {max: 100, skipBlankLines: true, skipComments: true}]},
  },
  {
    // node:test's `test` returns a promise that nobody needs to await; scripts talk on the console.
    files: ['test/**', 'lab/**', 'bench/**', 'tools/**'],
    rules: {'@typescript-eslint/no-floating-promises': 'off', 'no-console': 'off'},
  },
)
