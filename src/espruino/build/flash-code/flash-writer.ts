import type {
  AnyNode,
  CallExpression,
  MemberExpression,
  NewExpression,
  ObjectExpression,
  SequenceExpression,
} from "acorn";
import { type AnyFunction, keyName } from "../dialect/nodes.js";
import type { Binding, Names } from "../dialect/scope.js";
import { inlineCall, memberBehind } from "./inline.js";
import { classField, layOut, type Unit } from "./layout.js";
import { Meaning } from "./meaning.js";
import { answerOf, type FlashClass, type FlashMethod, idleAssignments, isSteady } from "./members.js";
import { Numbers } from "./numbers.js";
import { copyNode, copyRange, type Piece } from "./pieces.js";
import { declares, type FlashPlan } from "./plan.js";

/** Writes a script anew in which what the plan names is in flash. */
export class FlashWriter {
  private readonly numbers: Numbers;
  private readonly meaning: Meaning;
  private readonly units = new Map<number, Unit>();
  private readonly removed = new Set<AnyNode>();
  /** What stands for the parameters of a function that is being said where it is called. */
  private readonly values = new Map<AnyNode, Piece[]>();
  /** Functions whose place is said, and names of methods that are looked for. */
  private readonly used = new Set<number>();
  private readonly asked = new Set<number>();
  private byClass = false;
  private reads = false;

  constructor(
    private readonly code: string,
    private readonly plan: FlashPlan,
    private readonly names: Names,
  ) {
    this.numbers = new Numbers(plan);
    this.meaning = new Meaning(plan, names, this.numbers);
    for (const { node } of plan.classes.values()) this.removed.add(node);
    for (const node of plan.functions.values()) this.removed.add(node);
    if (plan.whole)
      for (const { maker } of plan.classes.values())
        for (const node of maker === undefined ? [] : idleAssignments(maker)) this.removed.add(node);
    for (const node of plan.constants.values()) this.removed.add(node);
  }

  write(): Piece[] {
    for (const [binding, one] of this.plan.classes) this.writeClass(binding, one);
    for (const [binding, { methods }] of this.plan.objects)
      for (const method of methods) this.method(binding, method, this.render(method.value));
    for (const [binding, node] of this.plan.functions)
      this.unit(
        this.numbers.functions.get(binding),
        nameNode(node, this.names),
        binding.name,
        this.singleText(node),
      );
    return copyRange(this.code, 0, this.code.length, [this.plan.home], (node) => this.home(node));
  }

  private writeClass(binding: Binding, { maker, methods }: FlashClass): void {
    for (const method of methods) this.method(binding, method, this.functionText(method.value));
    if (maker === undefined) return;
    const text = this.functionText(maker);
    const last = text.pop() ?? { text: "}" };
    const open = [...text, { ...last, text: last.text.slice(0, -1) }, { text: ";return this}" }];
    this.unit(this.numbers.makers.get(binding), maker, "constructor", open);
  }

  private method(owner: Binding, method: FlashMethod<AnyNode>, text: Piece[]): void {
    const { key, name } = method;
    this.unit(this.numbers.unitOf(method), key, name, text, {
      entry: this.numbers.entryOf(owner, name),
      name: this.numbers.nameOf(name),
    });
  }

  /** @param key what its name in the source map is read from */
  private unit(
    id: number | undefined,
    key: AnyNode,
    called: string,
    text: Piece[],
    entry: Omit<Unit, "pieces"> = {},
  ): void {
    if (id === undefined) throw new RangeError("a function without a number");
    const pieces = [{ text: "(" }, { text: "", mark: key.start, called }, ...text, { text: ")" }];
    this.units.set(id, { pieces, ...entry });
  }

  /** A function that only answers is shorter as an arrow; every byte counts in a small board's slot. */
  private singleText(node: AnyFunction): Piece[] {
    const answer = answerOf(node);
    if (answer === undefined) return this.functionText(node);
    const parameters = node.params.map((one) => this.code.slice(one.start, one.end)).join();
    const body = this.render(answer);
    const bare = answer.type !== "ObjectExpression" && answer.type !== "SequenceExpression";
    return [{ text: `(${parameters})=>` }, ...(bare ? body : [{ text: "(" }, ...body, { text: ")" }])];
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
    const needs = { byClass: this.byClass, reads: this.reads, field: classField(this.plan.whole) };
    return layOut(
      { text: before, from: home.start },
      main,
      this.unitsInUse(),
      { text: after, from: end },
      needs,
    );
  }

  private unitsInUse(): Map<number, Unit> {
    const inUse = [...this.units].filter(([id, { name }]) => this.used.has(id) || this.asked.has(name ?? -1));
    return new Map(inUse);
  }

  private render(node: AnyNode): Piece[] {
    if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration")
      if (this.removed.has(node)) return [];
    if (node.type === "ExpressionStatement" && this.removed.has(node)) return [];
    if (node.type === "SequenceExpression") return this.sequence(node);
    if (node.type === "VariableDeclaration") return this.declaration(node);
    if (node.type === "CallExpression") return this.call(node);
    if (node.type === "NewExpression") return this.made(node);
    if (node.type === "MemberExpression") return this.member(node);
    if (node.type === "Property" && node.shorthand && this.replacement(node.value) !== undefined)
      return [{ text: `${this.code.slice(node.start, node.end)}:` }, ...this.render(node.value)];
    if (node.type === "Identifier") {
      const value = this.values.get(node);
      if (value !== undefined) return value;
      const pieces = this.replacement(node);
      if (pieces !== undefined) return pieces;
    }
    if (node.type === "ObjectExpression") return this.objectLiteral(node);
    return this.copied(node);
  }

  private argument(value: AnyNode): Piece[] {
    const pieces = this.render(value);
    return /^(Identifier|Literal|MemberExpression|CallExpression|ThisExpression)$/.test(value.type)
      ? pieces
      : [{ text: "(" }, ...pieces, { text: ")" }];
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
  private replacement(node: AnyNode): Piece[] | undefined {
    const binding = this.names.bindings.get(node);
    const parent = this.names.parents.get(node);
    if (binding === undefined || (parent !== undefined && declares(parent, node))) return undefined;
    const number = this.numbers.functions.get(binding);
    if (number !== undefined) return this.evaluated(number, node.start);
    const constant = this.plan.constants.get(binding);
    if (constant === undefined) return undefined;
    return [{ text: this.code.slice(constant.start, constant.end), mark: node.start }];
  }

  /** An object whose functions are in flash keeps the rest, and the number of its row. */
  private objectLiteral(node: ObjectExpression): Piece[] {
    const [binding, found] = [...this.plan.objects].find(([, one]) => one.node === node) ?? [];
    if (binding === undefined || found === undefined) return this.copied(node);
    const gone = new Set(found.methods.map(({ value }) => value));
    const rest = node.properties.filter((one) => one.type === "Property" && !gone.has(one.value));
    return [{ text: this.openInstance(binding), mark: node.start }, ...this.rest(rest), { text: "}" }];
  }

  private openInstance(owner: Binding): string {
    return `{${classField(this.plan.whole)}:${this.numbers.rows.get(owner)}`;
  }

  private sequence(node: SequenceExpression): Piece[] {
    const left = node.expressions.filter((one) => !this.removed.has(one));
    if (left.length === node.expressions.length) return this.copied(node);
    return left.flatMap((one, index) => [{ text: index === 0 ? "" : "," }, ...this.render(one)]);
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
    const name = callee.type === "MemberExpression" ? keyName(callee, callee.property) : undefined;
    if (callee.type !== "MemberExpression" || name === undefined || !this.plan.methodNames.has(name))
      return this.copied(node);
    const method = this.meaning.meant(callee, name);
    const said = method && this.said(method, callee, node);
    if (said !== undefined) return said;
    const unit = method && this.numbers.unitOf(method);
    if (unit === undefined) {
      this.byClass = true;
      return [
        ...this.found(callee, "_", name),
        { text: ".call(Q" },
        ...this.rest(node.arguments),
        { text: ")" },
      ];
    }
    const found = this.evaluated(unit, callee.property.start, this.space(node));
    return [
      ...found,
      { text: ".call(" },
      ...this.object(callee),
      ...this.rest(node.arguments),
      { text: ")" },
    ];
  }

  /** A call that is no longer than what it would call. */
  private said(
    method: FlashMethod<AnyNode>,
    callee: MemberExpression,
    call: CallExpression,
  ): Piece[] | undefined {
    const member = memberBehind(method);
    const plain = call.arguments.length === 0 && isSteady(callee.object);
    if (plain && member !== undefined && !this.plan.methodNames.has(member))
      return [...this.render(callee.object), { text: `.${member}`, mark: callee.property.start }];
    if (!isSteady(callee.object)) return undefined;
    const inlined = inlineCall(method, call, this.names);
    if (inlined === undefined) return undefined;
    // Before any is set: an argument may call the same function.
    const values = [...inlined.values].map(
      ([identifier, value]) => [identifier, this.argument(value)] as const,
    );
    for (const [identifier, value] of values) this.values.set(identifier, value);
    const body = this.render(inlined.body);
    for (const identifier of inlined.values.keys()) this.values.delete(identifier);
    // The places of the function inside mean nothing here.
    const said = body.map(({ from, ...piece }) => ({ ...piece, mark: piece.mark ?? callee.property.start }));
    return [{ text: `${this.space(call)}(` }, ...said, { text: ")" }];
  }

  private member(node: MemberExpression): Piece[] {
    const name = keyName(node, node.property);
    if (name === undefined || !this.plan.methodNames.has(name)) return this.copied(node);
    if (this.isWritten(node) || this.meaning.isField(node, name)) return this.copied(node);
    this.reads = true;
    return this.found(node, "R", name);
  }

  private isWritten(node: MemberExpression): boolean {
    const parent = this.names.parents.get(node);
    if (parent?.type === "AssignmentExpression") return parent.left === node;
    return parent?.type === "UpdateExpression";
  }

  /** @param before a space, where the word before would grow */
  private evaluated(unit: number, mark: number, before = ""): Piece[] {
    this.used.add(unit);
    return [{ text: `${before}$(`, mark }, { text: "", unit }, { text: ")" }];
  }

  private found(member: MemberExpression, by: string, name: string): Piece[] {
    const own = this.plan.sharedNames.has(name) ? `,${JSON.stringify(name)}` : "";
    const number = this.numbers.nameOf(name);
    this.asked.add(number);
    const again = by === "R" ? `,${number}` : "";
    return [
      { text: `${this.space(member)}${by}(`, mark: member.property.start },
      ...this.object(member),
      { text: "," },
      { text: "", name: number },
      { text: `${again}${own})` },
    ];
  }

  private object(member: MemberExpression): Piece[] {
    const object = this.render(member.object);
    return member.object.type === "SequenceExpression" ? [{ text: "(" }, ...object, { text: ")" }] : object;
  }

  /** `return"a".b()`, `typeof(a).b()`: the word before must not grow. */
  private space(node: AnyNode): string {
    return /[\w$]/.test(this.code.charAt(node.start - 1)) ? " " : "";
  }

  private made(node: NewExpression): Piece[] {
    const binding = this.names.bindings.get(node.callee);
    if (binding === undefined || !this.plan.classes.has(binding)) return this.copied(node);
    const instance = `${this.openInstance(binding)}}`;
    const maker = this.numbers.makers.get(binding);
    if (maker === undefined) return [{ text: `(${instance})`, mark: node.start }];
    const made = this.evaluated(maker, node.start);
    return [...made, { text: `.call(${instance}` }, ...this.rest(node.arguments), { text: ")" }];
  }

  private rest(nodes: readonly AnyNode[]): Piece[] {
    return nodes.flatMap((node) => [{ text: "," }, ...this.render(node)]);
  }
}

function nameNode(node: AnyFunction, names: Names): AnyNode {
  if (node.type !== "ArrowFunctionExpression" && node.id) return node.id;
  const parent = names.parents.get(node);
  return parent?.type === "VariableDeclarator" ? parent.id : node;
}
