import { join, resolve } from "node:path";
import { root } from "./toolchain.ts";
import { checkTree } from "./tree-check.ts";

/**
 * Checks the addon's code for macOS without a Mac: `main.ts [TREE]`, where TREE has a `binding.gyp` and is `native` unless
 * it is given. Ends with 1 when anything is wrong.
 */
const tree = resolve(process.argv[2] ?? join(root, "native"));
process.exitCode = await checkTree(tree);
