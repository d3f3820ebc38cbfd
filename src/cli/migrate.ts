// `tallystick migrate`: brings the schema up to date, or prints what would do it.

import { CannotRun, FINE, type Output } from './output.ts';
import { openStorage, type Place, type StorageName } from './storages.ts';

/** Migrates, or prints the statements. Gives the exit code. Throws `CannotRun`. */
export async function migrateCommand(
  options: Place & { readonly storage: StorageName; readonly sql?: boolean },
  output: Output,
): Promise<number> {
  const { storage: name, schema, distribute } = options;
  if (distribute !== undefined && name !== 'postgres') {
    throw new CannotRun(`--distribute ${distribute}: only --storage postgres has several servers`);
  }
  if (options.sql === true) {
    if (name === 'memory') throw new CannotRun('the storage memory has no schema');
    const { migrationSql } = await import('../storage/postgres/index.ts');
    output.say(
      name === 'sqlite'
        ? migrationSql('sqlite', schema === undefined ? {} : { prefix: `${schema}_` })
        : migrationSql(distribute ?? 'postgres', schema === undefined ? {} : { schema }),
    );
    return FINE;
  }
  const storage = await openStorage(name, options);
  try {
    await storage.migrate();
  } finally {
    await storage.close();
  }
  output.say('the schema is up to date');
  return FINE;
}
