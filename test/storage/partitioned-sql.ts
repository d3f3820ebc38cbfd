import { migrationSql } from '../../src/storage/postgres/index.ts';

/** The reviewed script, its journal cut by account into so many parts. */
export function partitionedSql(parts: number): string {
  const whole = /(create table "tallystick"\."operation" \([\s\S]*?\n {4}\));/;
  const made = Array.from(
    { length: parts },
    (
      _,
      part,
    ) => `create table "tallystick"."operation_${part}" partition of "tallystick"."operation"
       for values with (modulus ${parts}, remainder ${part});`,
  );
  return migrationSql('postgres').replace(
    whole,
    (_, table: string) => `${table} partition by hash (account);\n${made.join('\n')}`,
  );
}
