import {
  type AnyNode,
  type CallExpression,
  type MemberExpression,
  type NewExpression,
  type ObjectExpression,
  parse,
} from "acorn";
import type { Script } from "../bundle-script.js";
import { type AnyFunction, keyName } from "../dialect/nodes.js";
import { type Binding, resolveNames } from "../dialect/scope.js";
import { copyNode, copyRange, mapOf, type Piece, textOf } from "./pieces.js";
import { declares, type FlashClass, type FlashPlan, planFlashCode } from "./plan.js";
import { assignSlots } from "./slots.js";

/**
 * Espruino keeps the text of a function in flash, but needs six or seven variables of RAM for each method of a class and
 * each function that exists, whether anybody calls it or not. Here they exist while they are called, and no longer: the
 * script's end has them one behind the other, with a table of where each begins, and a call evaluates the one it wants.
 * An instance is an object with its fields and the number of its class.
 *
 *     class Valve { open() { … } }   valve.open();   new Valve(4);
 *     _(valve, 7, "open").call(Q);                   $(12).call({ "\xff$": 3 }, 4);
 *
 * `_` answers with the object's own function where it has one, so an object literal can stand for a class. `R` is for a
 * member that is only read: the object's own, or the method if its class has one of that name. The functions lie in a
 * comment, which the engine skips twenty times faster than code that it does not run.
 * @param whole nothing of the script but what it exports gets into other hands: its object literals are its own
 */
export function keepInFlash(script: Script, whole: boolean): Script {
  const { code } = script;
  const program = parse(code, { ecmaVersion: 2015, sourceType: "script" });
  const names = resolveNames(program);
  const plan = planFlashCode(program, names, whole);
  if (plan.classes.size + plan.functions.size === 0) return script;
  return new FlashWriter(code, plan, names.bindings, names.parents).write(script.map);
}

/** The field with the number of the class. Espruino hides names that begin with this char from whoever lists a object. */
const classField = '"\\xff$"';
/** Chars of an entry of the table, numbers in base 36: start, length, and the method's name. */
const startChars = 4;
const lengthChars = 3;
const nameChars = 2;
/** In the entries of functions. */
const noName = 36 ** nameChars - 1;
const entryChars = startChars + lengthChars + nameChars;

class FlashWriter {
  private readonly numberOfName = new Map<string, number>();
  private readonly makers = new Map<Binding, number>();
  private readonly rows = new Map<Binding, number>();
  private readonly functions = new Map<Binding, number>();
  /** What is in flash, by number. */
  private readonly units = new Map<number, Piece[]>();
  private readonly nameOfNumber = new Map<number, number>();
  private readonly removed = new Set<AnyNode>();
  private reads = false;
  private readonly count: number;

  constructor(
    private readonly code: string,
    private readonly plan: FlashPlan,
    private readonly bindings: ReadonlyMap<AnyNode, Binding>,
    private readonly parents: ReadonlyMap<AnyNode, AnyNode>,
  ) {
    for (const name of plan.methodNames) this.numberOfName.set(name, this.numberOfName.size);
    const classes = [...plan.classes];
    const owners = [...plan.classes, ...plan.objects];
    const rows = owners.map(([, { methods }]) => methods.map(({ name }) => this.numberOfName.get(name) ?? 0));
    const made = classes.filter(([, { maker }]) => maker !== undefined);
    const singles = [...made.map(([binding]) => binding), ...plan.functions.keys()];
    const slots = assignSlots(rows, singles.length);
    owners.forEach(([binding], index) => {
      this.rows.set(binding, slots.rows[index]);
    });
    singles.forEach((binding, index) => {
      (index < made.length ? this.makers : this.functions).set(binding, slots.singles[index]);
    });
    this.count = slots.count;
    for (const { node } of plan.classes.values()) this.removed.add(node);
    for (const node of plan.functions.values()) this.removed.add(node);
    for (const node of plan.constants.values()) this.removed.add(node);
  }

  write(map: string): Script {
    for (const [binding, one] of this.plan.classes) this.writeClass(binding, one);
    for (const [binding, { methods }] of this.plan.objects)
      for (const { name, key, value } of methods)
        this.unit(binding, name, [wordFor(key, name), ...this.render(value)]);
    for (const [binding, node] of this.plan.functions) {
      const named = wordFor(nameNode(node, this.parents), binding.name);
      this.units.set(this.functions.get(binding) ?? 0, parenthesized([named, ...this.functionText(node)]));
    }
    const whole = copyRange(this.code, 0, this.code.length, [this.plan.home], (node) => this.home(node));
    return { code: textOf(whole), map: mapOf(whole, this.code, map) };
  }

  private writeClass(binding: Binding, { maker, methods }: FlashClass): void {
    for (const { name, key, value } of methods)
      this.unit(binding, name, [wordFor(key, name), ...this.functionText(value)]);
    if (maker === undefined) return;
    const text = [{ text: "", mark: maker.start, called: "constructor" }, ...this.functionText(maker)];
    const last = text.pop() ?? { text: "}" };
    const open = [...text, { ...last, text: last.text.slice(0, -1) }];
    this.units.set(this.makers.get(binding) ?? 0, parenthesized([...open, { text: ";return this}" }]));
  }

  private unit(owner: Binding, name: string, text: Piece[]): void {
    const row = this.rows.get(owner) ?? 0;
    const number = this.numberOfName.get(name) ?? 0;
    this.units.set(row + number, parenthesized(text));
    this.nameOfNumber.set(row + number, number);
  }

  /** A method has no word before its parameters; a function of the outermost level loses its name. */
  private functionText(node: AnyFunction): Piece[] {
    if (node.type === "ArrowFunctionExpression")
      return copyNode(this.code, node, (inner) => this.render(inner));
    const open = this.code.indexOf(
      "(",
      node.type === "FunctionDeclaration" && node.id ? node.id.end : node.start,
    );
    const nodes = [...node.params, node.body];
    return [{ text: "function" }, ...copyRange(this.code, open, node.end, nodes, (one) => this.render(one))];
  }

  /** The program proper: what there is to start with, the statements that are left, and behind them what is in flash. */
  private home(home: AnyNode): Piece[] {
    if (home.type !== "Program" && home.type !== "BlockStatement") throw new RangeError("no program");
    const start = home.body.find(({ type }) => type !== "EmptyStatement")?.start ?? home.end;
    const end = home.body[home.body.length - 1].end;
    const before = this.code.slice(home.start, start);
    const after = this.code.slice(end, home.end);
    const main = copyRange(
      this.code,
      start,
      end,
      home.body.filter((one) => one.start >= start),
      (node) => this.render(node),
    );
    // Places depend on the length of the numbers that say them.
    let table = 0;
    for (;;) {
      const head = prologue(table, this.reads);
      const pieces: Piece[] = [{ text: before, from: home.start }, { text: head }, ...main, { text: ";/*" }];
      const places: string[] = new Array(this.count).fill(" ".repeat(entryChars));
      let at = home.start + textOf(pieces).length;
      const numbers = [...this.units.keys()].sort((a, b) => a - b);
      for (const number of numbers) {
        const unit = this.units.get(number) ?? [];
        const length = textOf(unit).length;
        places[number] =
          base36(at, startChars) +
          base36(length, lengthChars) +
          base36(this.nameOfNumber.get(number) ?? noName, nameChars);
        pieces.push(...unit);
        at += length;
      }
      pieces.push({ text: `${places.join("")}*/` }, { text: after, from: end });
      if (at === table) return pieces;
      table = at;
    }
  }

  private render(node: AnyNode): Piece[] {
    if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration")
      if (this.removed.has(node)) return [];
    if (node.type === "VariableDeclaration") return this.declaration(node);
    if (node.type === "CallExpression") return this.call(node);
    if (node.type === "NewExpression") return this.made(node);
    if (node.type === "MemberExpression") return this.member(node);
    if (node.type === "Property" && node.shorthand && this.replacement(node.value) !== undefined)
      return [{ text: `${this.code.slice(node.start, node.end)}:` }, ...this.render(node.value)];
    if (node.type === "Identifier") {
      const text = this.replacement(node);
      if (text !== undefined) return [{ text, mark: node.start }];
    }
    if (node.type === "ObjectExpression") return this.objectLiteral(node);
    return this.copied(node);
  }

  private copied(node: AnyNode): Piece[] {
    if (node.type === "Literal" || node.type === "TemplateElement") return [this.uncommented(node)];
    return copyNode(this.code, node, (inner) => this.render(inner));
  }

  /** A text that would end the comment says the same with a backslash. */
  private uncommented(node: AnyNode): Piece {
    const text = this.code.slice(node.start, node.end);
    return text.includes("*/")
      ? { text: text.replaceAll("*/", "*\\/"), mark: node.start }
      : { text, from: node.start };
  }

  /** What stands for a name whose function is in flash, or whose value is a constant. */
  private replacement(node: AnyNode): string | undefined {
    const binding = this.bindings.get(node);
    const parent = this.parents.get(node);
    if (binding === undefined || (parent !== undefined && declares(parent, node))) return undefined;
    const number = this.functions.get(binding);
    if (number !== undefined) return `$(${number})`;
    const constant = this.plan.constants.get(binding);
    return constant === undefined ? undefined : this.code.slice(constant.start, constant.end);
  }

  /** An object whose functions are in flash keeps the rest, and the number of its row. */
  private objectLiteral(node: ObjectExpression): Piece[] {
    const [binding, { methods }] = [...this.plan.objects].find(([, one]) => one.node === node) ?? [
      undefined,
      { methods: [] },
    ];
    if (binding === undefined) return this.copied(node);
    const gone = new Set(methods.map(({ value }) => value));
    const rest = node.properties.filter((one) => one.type === "Property" && !gone.has(one.value));
    const row: Piece = { text: `{${classField}:${this.rows.get(binding)}`, mark: node.start };
    return [row, ...this.rest(rest), { text: "}" }];
  }

  private declaration(node: AnyNode & { type: "VariableDeclaration" }): Piece[] {
    const left = node.declarations.filter(({ init }) => !init || !this.removed.has(init));
    if (left.length === node.declarations.length) return this.copied(node);
    if (left.length === 0) return [];
    const text = left.flatMap((one, index) => [{ text: index === 0 ? " " : "," }, ...this.render(one)]);
    const end = this.code.endsWith(";", node.end) ? ";" : "";
    return [{ text: node.kind, mark: node.start }, ...text, { text: end }];
  }

  private call(node: CallExpression): Piece[] {
    const { callee } = node;
    if (callee.type !== "MemberExpression") return this.copied(node);
    const name = keyName(callee, callee.property);
    const number = name === undefined ? undefined : this.numberOfName.get(name);
    if (name === undefined || number === undefined) return this.copied(node);
    const found = this.found(callee, "_", name, number);
    return [...found, { text: ".call(Q" }, ...this.rest(node.arguments), { text: ")" }];
  }

  private member(node: MemberExpression): Piece[] {
    const name = keyName(node, node.property);
    const number = name === undefined ? undefined : this.numberOfName.get(name);
    if (name === undefined || number === undefined || this.isWritten(node) || this.isField(node, name))
      return this.copied(node);
    this.reads = true;
    return this.found(node, "R", name, number);
  }

  private isWritten(node: MemberExpression): boolean {
    const parent = this.parents.get(node);
    if (parent?.type === "AssignmentExpression") return parent.left === node;
    return parent?.type === "UpdateExpression";
  }

  /** A class knows what it assigned itself. */
  private isField(node: MemberExpression, name: string): boolean {
    if (node.object.type !== "ThisExpression") return false;
    let at: AnyNode | undefined = node;
    while (at !== undefined && !this.removed.has(at)) at = this.parents.get(at);
    return [...this.plan.classes.values()].some((one) => one.node === at && one.fields.has(name));
  }

  private found(member: MemberExpression, by: string, name: string, number: number): Piece[] {
    const own = this.plan.sharedNames.has(name) ? `,${JSON.stringify(name)}` : "";
    // `return"a".b()`, `typeof(a).b()`: the word before must not grow.
    const space = /[\w$]/.test(this.code.charAt(member.start - 1)) ? " " : "";
    const object = this.render(member.object);
    return [
      { text: `${space}${by}(`, mark: member.property.start },
      ...(member.object.type === "SequenceExpression" ? parenthesized(object) : object),
      { text: `,${number}${own})` },
    ];
  }

  private made(node: NewExpression): Piece[] {
    const binding = this.bindings.get(node.callee);
    const row = binding === undefined ? undefined : this.rows.get(binding);
    if (binding === undefined || row === undefined) return this.copied(node);
    const instance = `{${classField}:${row}}`;
    const maker = this.makers.get(binding);
    if (maker === undefined) return [{ text: `(${instance})`, mark: node.start }];
    return [
      { text: `$(${maker}).call(${instance}`, mark: node.start },
      ...this.rest(node.arguments),
      { text: ")" },
    ];
  }

  private rest(nodes: readonly AnyNode[]): Piece[] {
    return nodes.flatMap((node) => [{ text: "," }, ...this.render(node)]);
  }
}

/**
 * `$t` is the text of the script, which the loader leaves in a global; `$` and `_` find in it; `Q` is whom the method that
 * was just found is called for. Short names, because they stand at every call.
 */
function prologue(table: number, reads: boolean): string {
  const entry = `$n*${entryChars}+${table}`;
  const start = `parseInt($t.substr(${entry},${startChars}),36)`;
  const length = `parseInt($t.substr(${entry}+${startChars},${lengthChars}),36)`;
  const found = `$o[${classField}]+$n`;
  const name = `parseInt($t.substr((${found})*${entryChars}+${table + startChars + lengthChars},${nameChars}),36)`;
  const read = `,R=($o,$n,$g)=>$g&&$o[$g]!==void 0||${name}!==$n?$o[$g]:$(${found})`;
  return (
    `var Q,$t=sluiceCode,$=$n=>eval($t.substr(${start},${length})),` +
    `_=($o,$n,$g)=>(Q=$o,$g&&$o[$g]!==void 0?$o[$g]:$(${found}))${reads ? read : ""};`
  );
}

/** Names that the minifier must not give. */
export const flashCodeNames = ["$", "_", "Q", "R", "$t", "$n", "$o", "$g"];

/** The empty word before a function in flash that says in the source map what it was called. */
function wordFor(key: AnyNode, name: string): Piece {
  return { text: "", mark: key.start, called: name };
}

function nameNode(node: AnyFunction, parents: ReadonlyMap<AnyNode, AnyNode>): AnyNode {
  if (node.type !== "ArrowFunctionExpression" && node.id) return node.id;
  const parent = parents.get(node);
  return parent?.type === "VariableDeclarator" ? parent.id : node;
}

function base36(value: number, chars: number): string {
  const text = value.toString(36).padStart(chars, "0");
  if (text.length > chars) throw new RangeError(`${value} has no place in ${chars} chars`);
  return text;
}

function parenthesized(pieces: Piece[]): Piece[] {
  return [{ text: "(" }, ...pieces, { text: ")" }];
}
