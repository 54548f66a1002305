import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";
import { runCommandLine } from "./commands.ts";

try {
	process.exitCode = await runCommandLine(process.argv.slice(2));
} catch (error) {
	const known = error instanceof PortholeError;
	console.error(known ? `porthole: ${error.message} (${error.code})` : error);
	if (!known) console.error(`porthole: ${messageOf(error)}`);
	process.exit(1);
}
