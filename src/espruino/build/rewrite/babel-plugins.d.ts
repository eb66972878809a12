declare module "@babel/plugin-transform-*" {
  const plugin: import("@babel/core").PluginTarget;
  // biome-ignore lint/style/noDefaultExport: that is how Babel's plugins are exported
  export default plugin;
}
