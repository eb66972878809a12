import type { Command } from "commander";
import { addKeysFlag, addPassphraseFlag, passphraseSource, readPassphrase } from "./release.js";
import { columns, printResult } from "./terminal.js";

interface KeysFlags {
  readonly keys?: string;
  readonly to?: string;
  readonly passphraseFile?: string;
  readonly json?: true;
}

export function addKeys(program: Command): void {
  const keys = program
    .command("keys")
    .description("Keys that sign releases: boards that are given one with --trust take nothing else.")
    .addHelpText(
      "after",
      "\nExample:\n  sluice keys create garden\n  sluice sign garden.app --key garden --counter 7\n",
    );
  const verb = (name: string, description: string): Command =>
    addKeysFlag(keys.command(name).description(description)).option("--json", "print one JSON object");
  addPassphraseFlag(
    verb("create", `make a key: NAME.key, encrypted, and NAME.pub for boards; ${passphraseSource}`),
  )
    .argument("<name>")
    .action(create);
  verb("list", "show the keys there are").action(list);
  addPassphraseFlag(verb("rotate", `make the key that follows another one; ${passphraseSource}`))
    .argument("<name>", "the key that boards trust")
    .requiredOption("--to <name>", "name of the new key, which the next release that NAME signs introduces")
    .action(rotate);
  verb("revoke", "sign nothing with a key any more; boards go on trusting it (docs/signing.md)")
    .argument("<name>")
    .action(revoke);
}

async function create(name: string, flags: KeysFlags): Promise<void> {
  const { createKey, idOf, keyFolder, publicPath } = await import("../host/keys/key-file.js");
  const folder = keyFolder(flags.keys);
  const file = await createKey(folder, name, () => readPassphrase(name, flags.passphraseFile, true));
  const shown = { name, id: idOf(file), public: publicPath(folder, name) };
  const words = `${name}  ${shown.id}\nboards trust it with --trust ${shown.public}\n`;
  printResult(flags.json, shown, words);
}

async function list(flags: KeysFlags): Promise<void> {
  const { idOf, keyFolder, listKeys } = await import("../host/keys/key-file.js");
  const files = await listKeys(keyFolder(flags.keys));
  const shown = files.map((file) => ({
    name: file.name,
    id: idOf(file),
    created: file.created,
    nextKey: file.nextKey,
    revoked: file.revoked,
  }));
  const rows = shown.map(({ name, id, created, revoked }) => [
    name,
    id,
    created.slice(0, 10),
    revoked === undefined ? "" : `revoked ${revoked.slice(0, 10)}`,
  ]);
  printResult(flags.json, shown, columns(rows) || "There are no keys.\n");
}

async function rotate(name: string, flags: KeysFlags): Promise<void> {
  const { changeKey, createKey, idOf, keyFolder, publicPath, readKey } = await import(
    "../host/keys/key-file.js"
  );
  const folder = keyFolder(flags.keys);
  const old = await readKey(folder, name);
  const to = flags.to ?? "";
  const file = await createKey(folder, to, () => readPassphrase(to, flags.passphraseFile, true));
  await changeKey(folder, old, { nextKey: file.publicKey });
  const shown = { name: to, id: idOf(file), public: publicPath(folder, to), after: name };
  const words =
    `${to}  ${shown.id}\nthe next release that ${name} signs introduces it; when that runs on all boards, sign with ${to}\n` +
    `new boards trust it with --trust ${shown.public}\n`;
  printResult(flags.json, shown, words);
}

async function revoke(name: string, flags: KeysFlags): Promise<void> {
  const { changeKey, idOf, keyFolder, readKey } = await import("../host/keys/key-file.js");
  const folder = keyFolder(flags.keys);
  const file = await readKey(folder, name);
  const revoked = file.revoked ?? new Date().toISOString();
  await changeKey(folder, file, { revoked });
  const words =
    `${name} signs nothing any more. Boards that were given it with --trust go on trusting it until they are\n` +
    "flashed by cable without it; boards that learnt it from a release, until a release without it runs.\n";
  printResult(flags.json, { name, id: idOf(file), revoked }, words);
}
