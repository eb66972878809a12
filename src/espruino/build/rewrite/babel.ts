/**
 * Babel, as far as rewriting needs it. `npm run build` makes one file of it and all that it depends on: installed as packages
 * it is 17 MB, most of it for what is not used here.
 */
import type { PluginTarget } from "@babel/core";
import blockScoping from "@babel/plugin-transform-block-scoping";
import computedProperties from "@babel/plugin-transform-computed-properties";
import destructuring from "@babel/plugin-transform-destructuring";
import objectRestSpread from "@babel/plugin-transform-object-rest-spread";
import parameters from "@babel/plugin-transform-parameters";
import regenerator from "@babel/plugin-transform-regenerator";
import spread from "@babel/plugin-transform-spread";

export type { BabelFileResult, NodePath, PluginItem, PluginObj, TransformOptions } from "@babel/core";
export { template, transformFromAstSync, transformSync, types } from "@babel/core";

/** By the end of its package's name. */
export const plugins = {
  "block-scoping": blockScoping,
  "computed-properties": computedProperties,
  destructuring,
  "object-rest-spread": objectRestSpread,
  parameters,
  regenerator,
  spread,
} satisfies Record<string, PluginTarget>;
