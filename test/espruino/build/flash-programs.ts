/** Programs that say the same whether their functions are in flash or not: name and what stands for it. */
export interface FlashProgram {
  readonly name: string;
  readonly source: string;
  /** What it prints, a line each. */
  readonly says: readonly string[];
  /** Something in the result that shows what was done to it, or left alone. */
  readonly shows?: RegExp;
}

export const flashPrograms: readonly FlashProgram[] = [
  {
    name: "a class with fields, methods and a constructor",
    source: `class Valve { constructor(pin) { this.pin = pin; this.turns = 0; }
      open(times) { this.turns += times; return this.state(); } state() { return this.pin + ":" + this.turns; } }
      const one = new Valve(4), two = new Valve(5); one.open(2); print(one.state()); print(two.open(1));`,
    says: ["4:2", "5:1"],
    shows: /\.call\(\{"\\xff[$%]":\d+\},4\)/,
  },
  {
    name: "two classes with a method of one name",
    source: `class A { say() { return "a"; } } class B { say() { return "b"; } other() { return "o"; } }
      [new A(), new B()].forEach((one) => print(one.say()));`,
    says: ["a", "b"],
    shows: /"say"\)\.call\(Q\)/,
  },
  {
    name: "an object's own function where a class has a method of that name",
    source: `class Pump { run(x) { return "pump " + x; } } const fake = { run: (x) => "fake " + x };
      function start(it) { return it.run(1); } print(start(new Pump())); print(start(fake));`,
    says: ["pump 1", "fake 1"],
  },
  {
    name: "the engine's own method of that name",
    source: `class Line { push(x) { return "line " + x; } } const list = []; list.push(7); print(list.join());
      print(new Line().push(1));`,
    says: ["7", "line 1"],
  },
  {
    name: "a method that is read, bound and asked for",
    source: `class Clock { constructor() { this.time = 3; } now() { return this.time; } }
      const clock = new Clock(); const bound = clock.now.bind(clock); print(bound());
      const bare = { time: 9 }; print(bare.now === undefined); print(typeof clock.now);`,
    says: ["3", "true", "function"],
    shows: /R\(/,
  },
  {
    name: "a field that is called what another class's method is called",
    source: `class A { size() { return 1; } } class B { constructor() { this.size = 5; } twice() { return this.size * 2; } }
      const b = new B(); print(new A().size() + b.twice()); print(b.size); b.size = 6; b.size++; print(b.size);`,
    says: ["11", "5", "7"],
  },
  {
    name: "functions that call each other and themselves",
    source: `function even(n) { return n === 0 ? true : odd(n - 1); }
      function odd(n) { return n === 0 ? false : even(n - 1); } print(even(10)); const twice = (x) => x * 2; print(twice(21));`,
    says: ["true", "42"],
    shows: /\$\(\d+,\d+\)\(/,
  },
  {
    name: "a callback that is handed on in two places stays one and the same",
    source: `function heard() {} const list = [heard]; print(list.indexOf(heard));`,
    says: ["0"],
    shows: /function/,
  },
  {
    name: "a callback that is handed on once",
    source: `function twice(x) { return x * 2; } print([1, 2].map(twice).join());`,
    says: ["2,4"],
  },
  {
    name: "closures in methods keep their this and what they closed over",
    source: `class Later { constructor() { this.jobs = []; this.done = 0; }
      add(n) { const factor = n * 2; this.jobs.push(() => { this.done += factor; return this.done; }); return this; }
      all() { return this.jobs.map((job) => job()).join(); } }
      print(new Later().add(1).add(2).all());`,
    says: ["2,6"],
  },
  {
    name: "words that must not grow together, texts with an end of comment in them, sequences",
    source: `class T { constructor() { this.n = 0; } next() { this.n++; return this; } text() { return "*/" + this.n + \`*/\`; } }
      function f(t) { let x; return (x = 5, t).next().text() + x; } print(f(new T()));
      function g(t) { return typeof (t || t).text(); } print(g(new T()));`,
    says: ["*/1*/5", "string"],
  },
  {
    name: "an expression that ends in a star stays out of the comment",
    source: `function tidy(text) { return text.replace(/ *$| */, ""); } print(tidy("  a"));
      function star(text) { return /b*/.test(text); } print(star("c"));`,
    says: ["a", "true"],
  },
  {
    name: "inheritance is left alone",
    source: `class A { a() { return 1; } } class B extends A { b() { return this.a() + 1; } } print(new B().b());`,
    says: ["2"],
    shows: /extends/,
  },
  {
    name: "constants are said where they are meant",
    source: `const limit = 30, name = "garden", none = undefined; function f(x) { return x > limit ? name : none; }
      print(f(31)); print(f(1)); print({ limit, name }.name);`,
    says: ["garden", "undefined", "garden"],
  },
  {
    name: "what is assigned later is no constant, and no function for ever",
    source: `let total = 1; let job = () => total; function add(n) { total += n; } add(2); print(total); print(job());
      job = () => -1; print(job());`,
    says: ["3", "3", "-1"],
  },
  {
    name: "errors come through, with whom they concern",
    source: `class E { fail() { throw new Error("no water"); } } try { new E().fail(); } catch (error) { print(error.message); }
      try { new E().nothing(); } catch (error) { print("no such method"); }`,
    says: ["no water", "no such method"],
  },
  {
    name: "accessors and helpers, which may be said where they are called",
    source: `const bytes = { _at: (text, index) => text.charCodeAt(index), _low: (text) => text.toLowerCase() };
      class B { constructor(b) { this._b = b; this._n = 3; this.none = void 0; } _size() { return this._n; }
      first(t, i) { return this._b._at(t, i + 1) + this._size(); } low() { return this._b._low("A" + "B"); } }
      const one = new B(bytes); print(one.first("abc", 0)); print(one._size() + 1); print(one.low());
      print(one.none === undefined);`,
    says: ["101", "4", "ab", "true"],
  },
  {
    name: "a class calls its own method where another has one of that name, and a callback has a this of its own",
    source: `class A { go() { return this.step(); } step() { return "a"; } } class B { step() { return "b"; } }
      class C { go() { const other = { step: () => "c", run: function () { return this.step(); } }; return other.run() + this.step(); }
      step() { return "C"; } } print(new A().go()); print(new B().step()); print(new C().go());`,
    says: ["a", "b", "cC"],
  },
  {
    name: "a helper in an argument of itself, and helpers that may not evaluate all they are given",
    source: `const h = { _add: (a, b) => a + b, _or: (a, b) => a || b, _later: (a) => [1, 2].map(() => a).join() };
      class T { constructor(x) { this._h = x; this.n = 0; } _tick() { this.n++; return this.n; }
      go() { return this._h._add(this._h._add(1, 2), 4) + ":" + this._h._or(7, this._tick()) + ":" + this._h._later(this._tick()); } }
      const t = new T(h); print(t.go()); print(t.n);`,
    says: ["7:7:2,2", "2"],
  },
];
