// Prisma 7's own runtime over its own adapter for pg, with an empty model: what `prisma generate` writes
// for a schema without tables. The command itself fetches an engine from the network.
import { PrismaPg } from '@prisma/adapter-pg';
import { getPrismaClient } from '@prisma/client/runtime/client';

// The modules of the query compiler come without types, and WebAssembly isn't among Node's.
const compiler = 'query_compiler_fast_bg.postgresql';
const compilerModule = (ending: string) => import(`@prisma/client/runtime/${compiler}.${ending}`);

const PrismaClient = getPrismaClient({
  previewFeatures: [],
  clientVersion: '7.10.0',
  engineVersion: '0edf323efd1d98336f3f0a68684b56f689b900d3',
  activeProvider: 'postgresql',
  inlineSchema: 'datasource db {\n  provider = "postgresql"\n}\n',
  runtimeDataModel: { models: {}, enums: {}, types: {} },
  parameterizationSchema: { strings: [], graph: 'AAAA' },
  compilerWasm: {
    getRuntime: () => compilerModule('mjs'),
    getQueryCompilerWasmModule: async () => {
      const { wasm } = await compilerModule('wasm-base64.mjs');
      return Reflect.construct(Reflect.get(globalThis, 'WebAssembly').Module, [
        Buffer.from(wasm, 'base64'),
      ]);
    },
    importName: './query_compiler_fast_bg.js',
  },
});

/** A Prisma client on this database. */
export function prismaClient(url: string): InstanceType<typeof PrismaClient> {
  return new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) });
}
