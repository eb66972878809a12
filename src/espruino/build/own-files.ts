import { type AnyNode, type CallExpression, getLineInfo, parse } from "acorn";
import type { CompiledScript } from "./bundle-script.js";
import { keyName, walk } from "./dialect/nodes.js";
import { isGlobal, type Names, resolveNames } from "./dialect/scope.js";
import { type DialectFinding, refuseFindings } from "./dialect.js";

/** Names in Storage that are Sluice's, or that the engine runs at its start beside the loader. */
const notTheirs = /^(.:)?(sluice(\..*)?|\.boot.*|\.varimg)$/;

/**
 * Refuses an application that writes or erases, by a name in its text, what is not its own: the loader, the slots, or a
 * file that the engine runs where no update reaches it. What cannot be seen here the agent refuses as it happens
 * (device/parts/storage.ts).
 * @param folder what the map's sources are relative to
 * @throws SluiceError NOT_YOUR_FILE
 */
export function refuseForeignFiles(script: CompiledScript, folder: string): void {
  const program = parse(script.code, { ecmaVersion: "latest" });
  const names = resolveNames(program);
  const findings: DialectFinding[] = [];
  for (const node of walk(program)) {
    const what = node.type === "CallExpression" ? foreign(node, names) : undefined;
    if (what !== undefined)
      findings.push({
        rule: "storage",
        what,
        instead: "a file of the application's own, by another name",
        ...getLineInfo(script.code, node.start),
      });
  }
  refuseFindings("NOT_YOUR_FILE", findings, script, folder);
}

function foreign({ callee, arguments: given }: CallExpression, names: Names): string | undefined {
  if (isGlobal(names, callee) && callee.name === "save")
    return "`save()` stores all of memory and runs it at the next start, whatever was updated";
  if (callee.type !== "MemberExpression") return undefined;
  const method = keyName(callee, callee.property);
  if (method === "setBootCode")
    return "`E.setBootCode` stores code that runs besides the application, whatever was updated";
  // A socket's `write` takes one argument.
  const isChange = method === "erase" || ((method === "write" || method === "writeJSON") && given.length > 1);
  const name = isChange ? textOf(given[0]) : undefined;
  if (name === undefined || !notTheirs.test(name)) return undefined;
  return `\`${method}(${JSON.stringify(name)}${method === "erase" ? "" : ", …"})\`: this file is not the application's`;
}

function textOf(node: AnyNode | undefined): string | undefined {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  const isPlain = node?.type === "TemplateLiteral" && node.expressions.length === 0;
  return isPlain ? (node.quasis[0].value.cooked ?? undefined) : undefined;
}
