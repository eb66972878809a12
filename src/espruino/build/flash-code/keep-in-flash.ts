import { parse } from "acorn";
import type { Script } from "../bundle-script.js";
import { resolveNames } from "../dialect/scope.js";
import { FlashWriter } from "./flash-writer.js";
import { mapOf, textOf } from "./pieces.js";
import { planFlashCode } from "./plan.js";

/**
 * Espruino keeps the text of a function in flash, but needs six or seven variables of RAM for each method of a class and
 * each function that exists, whether anybody calls it or not. Here they exist while they are called, and no longer: the
 * script's end has them one behind the other, with a table of where each begins, and a call evaluates the one it wants.
 * An instance is an object with its fields and the number of its class.
 *
 *     new Valve(4)      $(5210, 63).call({ "\xff$": 3 }, 4)
 *     valve.settle()    $(5273, 48).call(valve)              a method that only one class has
 *     valve.open()      _(valve, 7, "open").call(Q)          one that others have, too
 *     valve.open        R(valve, 7, "open")                  read, not called
 *
 * `_` and `R` ask the object first whether it has something of that name itself, so an object literal can stand for a
 * class. The functions lie in a comment, which the engine skips much faster than code that it does not run.
 * @param whole nothing of the script but what it exports gets into other hands: its object literals are its own
 */
export function keepInFlash(script: Script, whole: boolean): Script {
  const { code, map } = script;
  const program = parse(code, { ecmaVersion: 2015, sourceType: "script" });
  const names = resolveNames(program);
  const plan = planFlashCode(program, names, whole);
  if (plan.classes.size + plan.functions.size + plan.objects.size === 0) return script;
  const pieces = new FlashWriter(code, plan, names).write();
  return { code: textOf(pieces), map: mapOf(pieces, code, map) };
}
