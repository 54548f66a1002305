import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";
import { runCommandLine } from "./commands.ts";
import { errorLine } from "./error-line.ts";

try {
	process.exitCode = await runCommandLine(process.argv.slice(2));
} catch (error) {
	const known = error instanceof PortholeError;
	console.error(known ? errorLine(error) : error);
	if (!known) console.error(`porthole: ${messageOf(error)}`);
	process.exit(1);
}
