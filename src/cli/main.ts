// The `tallystick` command: what can be asked, and how each question ends. The work is in a file for
// each command.

import { Command, CommanderError, Option } from 'commander';
import { Fault, InvariantBroken, Refusal } from '../errors.ts';
import { archiveCommand } from './archive.ts';
import { onConsole } from './console.ts';
import { addFinanceCommands } from './finance-commands.ts';
import { migrateCommand } from './migrate.ts';
import { CannotRun, FAILED, FINE, type Output, WRONG } from './output.ts';
import { runDueCommand } from './run-due.ts';
import { scenarioCommand } from './scenario.ts';
import { STORAGES } from './storages.ts';
import { verifyCommand } from './verify.ts';

const EXIT_CODES = `
Exit codes:
  0  all is as it should be
  1  an expectation doesn't hold, an account is wrong, something due could not be done, or something
     keeps a period from being closed
  2  a file is not a scenario, or the command could not do what was asked
`;

/** Runs the command and gives its exit code. Never throws for what the user did. */
export async function main(args: readonly string[], output: Output = onConsole()): Promise<number> {
  let code = FINE;
  const program = commandLine(output, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? FINE : FAILED;
    if (error instanceof InvariantBroken) {
      output.warn(`tallystick: ${error.message}; tallystick verify names the account and the line`);
      return WRONG;
    }
    if (!(error instanceof CannotRun || error instanceof Fault || error instanceof Refusal)) {
      throw error;
    }
    output.warn(`tallystick: ${error.message}`);
    return FAILED;
  }
}

function commandLine(output: Output, ends: (code: number) => void): Command {
  const program = new Command('tallystick')
    .description(
      'A ledger for credits: run scenarios, bring a database up to date, verify accounts, do what is due, close books.',
    )
    .showHelpAfterError('Add --help for what can be asked.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.say(text.trimEnd()),
      writeErr: (text) => output.warn(text.trimEnd()),
    });
  program.addHelpText('after', EXIT_CODES);
  const subcommand = (name: string, description: string, examples: string) =>
    program
      .command(name)
      .description(description)
      .addHelpText('after', `\nExamples:\n${examples}\n${EXIT_CODES}`);

  subcommand(
    'scenario',
    'Runs scenario files and says where an expectation does not hold.',
    `  tallystick scenario stories/
  tallystick scenario --storage sqlite refund.json
  tallystick scenario --storage postgres --url postgres://me@localhost/test --json stories/`,
  )
    .argument('<file-or-folder...>', 'JSON files; of a folder, all that are in it')
    .addOption(storageOption('what the story is kept in').default('memory'))
    .option('--url <url>', 'where the storage is: an address, a folder (pglite) or a file (sqlite)')
    .option('--json', 'one JSON object a line')
    .action(async (paths, options) => ends(await scenarioCommand(paths, options, output)));

  subcommand(
    'migrate',
    'Brings the schema up to date. Safe while others do the same.',
    `  tallystick migrate --url postgres://me@localhost/shop
  tallystick migrate --sql > tallystick.sql
  tallystick migrate --distribute citus --url postgres://owner@coordinator/shop`,
  )
    .addOption(storageOption('where to').default('postgres'))
    .option('--url <url>', 'address of the database (default: TALLYSTICK_PG_URL)')
    .option('--schema <name>', 'schema of the tables; with sqlite, their names begin with it')
    .addOption(
      new Option(
        '--distribute <engine>',
        'spread the tables over the servers of a cluster, by account',
      ).choices(['citus']),
    )
    .option('--sql', 'print the statements and touch nothing')
    .action(async (options) => ends(await migrateCommand(options, output)));

  subcommand(
    'verify',
    'Derives accounts anew from their journals and names the first line that is wrong.',
    `  tallystick verify --url postgres://me@localhost/shop
  tallystick verify --storage sqlite --url credits.db acme globex
  tallystick verify --archive 2025.jsonl --url postgres://me@localhost/shop`,
  )
    .argument('[account...]', 'which accounts (default: all)')
    .addOption(storageOption('where they are').default('postgres'))
    .option('--url <url>', 'address of the database (default: TALLYSTICK_PG_URL)')
    .option('--schema <name>', 'schema of the tables; with sqlite, their names begin with it')
    .option('--archive <file>', 'accounts of this archive, which go on in the database')
    .action(async (accounts, options) => ends(await verifyCommand(accounts, options, output)));

  subcommand(
    'archive',
    'Writes journals as lines of JSON, each proven by its hash. Deletes nothing.',
    `  tallystick archive --before 2026-01-01T00:00:00Z --out 2025.jsonl --url postgres://me@localhost/shop
  tallystick archive acme --storage sqlite --url credits.db --out acme.jsonl`,
  )
    .argument('[account...]', 'which accounts (default: all)')
    .addOption(storageOption('where they are').default('postgres'))
    .option('--url <url>', 'address of the database (default: TALLYSTICK_PG_URL)')
    .option('--schema <name>', 'schema of the tables; with sqlite, their names begin with it')
    .option('--before <instant>', 'only what was recorded before (default: everything)')
    .requiredOption('--out <file>', 'the file to write')
    .action(async (accounts, options) => ends(await archiveCommand(accounts, options, output)));

  subcommand(
    'run-due',
    'Records what time has brought and sends what is to be told, until nothing is left; for cron.',
    `  tallystick run-due --units credit=0 --url postgres://me@localhost/shop
  tallystick run-due --units credit=0,word=2 --storage sqlite --url credits.db \\
    --webhook https://example.com/credits`,
  )
    .addOption(storageOption('where the accounts are').default('postgres'))
    .option('--url <url>', 'address of the database (default: TALLYSTICK_PG_URL)')
    .option('--schema <name>', 'schema of the tables; with sqlite, their names begin with it')
    .requiredOption('--units <units>', 'the units as your ledger declares them: name=places,…')
    .option('--webhook <url>', 'where notices are sent; without it they wait for a worker')
    .option(
      '--secret <secret>',
      'what webhooks are signed with (default: TALLYSTICK_WEBHOOK_SECRET)',
    )
    .action(async (options) => ends(await runDueCommand(options, output)));

  addFinanceCommands(subcommand, output, ends);
  return program;
}

function storageOption(what: string): Option {
  return new Option('--storage <name>', what).choices([...STORAGES]);
}
