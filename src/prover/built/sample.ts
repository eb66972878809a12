import { findBoard } from "../../../boards/index.js";
import { buildAgent } from "../../espruino/build/bundle.js";
import type { PlanOptions } from "../plan.js";
import { builtBoardCode } from "./bundles.js";
import { type BuiltResult, builtLayout, builtPaths, proveBuilt } from "./proof.js";

/** Cuts of each path. */
const cutsOfPath = 8;

/** Builds loader and agent, and boots them for every kind of row that the options name; none in a quick run. */
export async function proveBuiltSample(options: PlanOptions): Promise<BuiltResult[]> {
  const { seed, quick, layout = builtLayout, path } = options;
  const paths = builtPaths.filter((one) => path === undefined || one.path === path);
  const board = findBoard(builtLayout);
  if (quick || layout !== builtLayout || paths.length === 0 || board === undefined) return [];
  const code = await builtBoardCode(board, (await buildAgent(board)).bytes);
  const results: BuiltResult[] = [];
  for (const one of paths) results.push(await proveBuilt(code, one, { seed, cuts: cutsOfPath }));
  return results;
}
