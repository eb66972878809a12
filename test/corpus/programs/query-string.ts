// Servers: query strings and forms
const parse = (text: string): Record<string, string> =>
  text.split("&").filter(part => part !== "").reduce<Record<string, string>>((all, part) => {
    const [name, value = ""] = part.split("=");
    all[decodeURIComponent(name)] = decodeURIComponent(value.split("+").join(" "));
    return all;
  }, {});
const { pin, name, ...others } = parse("pin=25&name=left+bed%21&level=1&x");
print(pin, name, JSON.stringify(others));
print(Object.keys(parse("")).length);
