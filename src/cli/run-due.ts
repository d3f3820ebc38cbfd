// `tallystick run-due`: one round of the worker, for cron.

import type { Catalogue } from '../ledger/catalogue.ts';
import { createLedger, type LedgerOptions } from '../ledger/create-ledger.ts';
import { webhooks } from '../ledger/webhooks.ts';
import type { WorkerRound } from '../ledger/worker.ts';
import { CannotRun, FINE, type Output, WRONG } from './output.ts';
import { openStorage, type Place, type StorageName } from './storages.ts';
import { readUnitsOption } from './units-option.ts';

/** Records what is due and sends what is to be told, until nothing is left. Gives the exit code. Throws `CannotRun`. */
export async function runDueCommand(
  options: Place & {
    readonly storage: StorageName;
    readonly units: string;
    readonly webhook?: string;
    readonly secret?: string;
  },
  output: Output,
): Promise<number> {
  const units = readUnitsOption(options.units);
  const notices = readWebhook(options.webhook, options.secret);
  const storage = await openStorage(options.storage, options);
  const declared: LedgerOptions<Catalogue> = { storage, units, migrate: false };
  const ledger = await createLedger(declared);
  try {
    const worker = ledger.worker({
      ...(notices !== undefined && { notices }),
      onProblem: (problem, error) => {
        output.warn(`${problem}: ${error instanceof Error ? error.message : String(error)}`);
      },
    });
    const round = await worker.runOnce();
    output.say(told(round, notices !== undefined));
    return round.troubled + round.failed + round.parked === 0 ? FINE : WRONG;
  } finally {
    await ledger.close();
  }
}

function told(round: WorkerRound, sends: boolean): string {
  const { accounts, recorded, troubled, delivered, failed, parked, pruned } = round;
  return [
    `${recorded} operations recorded on ${accounts} accounts`,
    ...(troubled > 0 ? [`${troubled} accounts could not be looked after`] : []),
    ...(sends
      ? [`${delivered} notices delivered, ${failed} to be tried again, ${parked} parked`]
      : []),
    `${pruned} old notices forgotten`,
  ].join('; ');
}

function readWebhook(
  url: string | undefined,
  given: string | undefined,
): ReturnType<typeof webhooks> | undefined {
  if (url === undefined) return undefined;
  const secret = given ?? process.env['TALLYSTICK_WEBHOOK_SECRET'];
  if (secret === undefined || secret === '') {
    throw new CannotRun(
      'a webhook is signed: give the secret in TALLYSTICK_WEBHOOK_SECRET, or with --secret',
    );
  }
  return webhooks({ url, secret });
}
