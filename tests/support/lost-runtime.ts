/** Preloaded: after the signal the program that runs this one is not there once, as while packages are installed anew. */
const there = process.execPath;
process.once("SIGUSR2", () => {
  Object.defineProperty(process, "execPath", {
    get: () => {
      Object.defineProperty(process, "execPath", { value: there });
      process.stderr.write("not there\n");
      return "/not/there";
    },
    configurable: true,
  });
});
