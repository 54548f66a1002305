import { readMachO } from "./mach-o.ts";
import { MACOS, type Processor, runProgram } from "./toolchain.ts";

/** A bundle in Mach-O's words, which is what node-gyp makes. */
const BUNDLE = 8;

/** What is wrong with a linked addon: how Node finds it, which macOS loads it, what it loads, its signature. */
export async function faultsInAddon(path: string, processor: Processor): Promise<string[]> {
	const faults: string[] = [];
	const { text } = await runProgram("llvm-nm-19", [
		"--defined-only",
		"--extern-only",
		"--format=just-symbols",
		path,
	]);
	if (!text.split("\n").includes("_napi_register_module_v1"))
		faults.push("It does not export napi_register_module_v1, by which Node finds it.");
	const { fileType, oldestMacos, libraries, signature } = readMachO(path);
	if (fileType !== BUNDLE) faults.push(`It is a file of type ${fileType}, no bundle.`);
	if (oldestMacos !== MACOS) faults.push(`It asks for macOS ${oldestMacos}, not ${MACOS}.`);
	for (const library of libraries.filter((name) => name.includes("PrivateFrameworks")))
		faults.push(`It loads ${library}.`);
	// Only arm64 refuses code without a signature.
	if (processor === "arm64" && !(signature?.isAdHoc && signature.isTrue))
		faults.push(signature ? "Its signature does not fit it." : "It has no signature.");
	return faults;
}
