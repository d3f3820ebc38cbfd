import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    postgres: 'src/storage/postgres/index.ts',
    pglite: 'src/storage/pglite/index.ts',
    sqlite: 'src/storage/sqlite/index.ts',
    revenue: 'src/books/index.ts',
    testing: 'src/testing/index.ts',
    'bin/tallystick': 'src/cli/tallystick.ts',
  },
  format: ['esm'],
  target: 'node22',
  platform: 'node',
  splitting: true,
  sourcemap: true,
  clean: true,
  // A lease can be disposed of; whoever targets an older library of types must be able to read that.
  dts: { banner: '/// <reference lib="esnext.disposable" />' },
  // A bare 'sqlite' does not exist: the prefix is part of the module's name.
  removeNodeProtocol: false,
  // esbuild drops dead code already; a second pass writes the source map's address twice.
  treeshake: false,
});
