// Classes: decorators, with experimentalDecorators in tsconfig.json
const commands: { [name: string]: (this: unknown, argument: string) => void } = {};
function command(name: string) {
  return function (target: object, key: string, descriptor: PropertyDescriptor) { commands[name] = descriptor.value; };
}
class Console {
  @command("on") turnOn(argument: string) { print("turn on " + argument); }
  @command("help") help() { print(Object.keys(commands).join()); }
}
const shell = new Console();
for (const line of ["on pump", "help", "off"]) {
  const [name, ...words] = line.split(" ");
  if (name in commands) commands[name].call(shell, words.join(" "));
  else print("no " + name);
}
