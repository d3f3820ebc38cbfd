// The command on a cluster: it spreads the tables where it is told to, and finds out by itself later on.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { createLedger } from '../../../src/ledger/create-ledger.ts';
import { postgres } from '../../../src/storage/postgres/index.ts';
import { shardedBy } from '../../../src/storage/postgres/own-pool.ts';
import { createDatabase, type Database } from '../../postgres/database.ts';
import { callsOfCitus, standInForCitus } from './citus-stand-in.ts';

describe('tallystick on a cluster', () => {
  let database: Database;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await createDatabase();
    pool = new pg.Pool({ connectionString: database.url });
    pool.on('error', () => {});
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  async function tallystick(...args: string[]): Promise<{ code: number; said: string }> {
    const lines: string[] = [];
    const say = (line: string): void => void lines.push(line);
    const code = await main([...args, '--url', database.url], { say, warn: say });
    return { code, said: lines.join('\n') };
  }

  it('says what is missing where the database has no Citus', async () => {
    const { code, said } = await tallystick('migrate', '--distribute', 'citus');
    expect(code).toBe(2);
    expect(said).toContain('create extension citus');
    expect(await shardedBy(database.url)).toBeNull();
  });

  it('spreads the tables, and later commands know', async () => {
    await standInForCitus(pool);
    expect(await tallystick('migrate', '--distribute', 'citus')).toEqual({
      code: 0,
      said: 'the schema is up to date',
    });
    expect(await callsOfCitus(pool)).toHaveLength(8);
    expect(await shardedBy(database.url)).toBe('citus');
    expect(await shardedBy(database.url, 'another')).toBeNull();
    expect(await tallystick('migrate')).toMatchObject({ code: 0 });
    expect(await callsOfCitus(pool)).toHaveLength(8);

    const ledger = await createLedger({
      storage: postgres(pool, { sharded: 'citus' }),
      units: { credit: { scale: 0 } },
    });
    for (const account of ['acme', 'globex']) {
      await ledger.open({ account, key: 'open' });
      await ledger.grant({ account, amount: '10', key: 'grant' });
    }
    await ledger.close();
    const verified = await tallystick('verify');
    expect(verified.code).toBe(0);
    expect(verified.said).toContain('globex');
  });

  it('prints what spreading the tables takes', async () => {
    const { code, said } = await tallystick('migrate', '--distribute', 'citus', '--sql');
    expect(code).toBe(0);
    expect(said).toContain(`select create_distributed_table('"tallystick"."account"', 'account'`);
    expect(said).not.toContain('create trigger');
  });
});
