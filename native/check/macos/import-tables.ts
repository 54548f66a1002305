import { existsSync } from "node:fs";
import { join } from "node:path";
import { kept, runProgram } from "./toolchain.ts";

/** Binaries for macOS that others built with Apple's SDK; they are read, never run. */
export const foreignBinaries = {
	simulator: join(kept, "node_modules", "serve-sim", "dist", "native", "serve-sim-native.node"),
	media: join(
		kept,
		"node_modules",
		"@livekit",
		"rtc-ffi-bindings-darwin-arm64",
		"rtc-node.darwin-arm64.node",
	),
};

/** Which library exports a symbol, as the import tables of foreign binaries tell; names with Mach-O's underscore. */
export type Owners = ReadonlyMap<string, string>;

/** Reads the import tables. Throws when a binary is missing: fewer facts would pass for agreement. */
export async function readOwners(): Promise<Owners> {
	const owners = new Map<string, string>();
	for (const binary of Object.values(foreignBinaries)) {
		if (!existsSync(binary))
			throw new Error(`${binary} is not there; npm run native:check:macos installs it.`);
		const { text } = await runProgram("llvm-nm-19", ["-m", "--undefined-only", binary]);
		for (const [, symbol = "", owner = ""] of text.matchAll(/external (\S+) \(from ([^)]+)\)/g))
			owners.set(symbol, owner);
	}
	return owners;
}
