import { expect, it } from "vitest";
import { errorLine } from "../../../server/cli/error-line.ts";
import { programMissing } from "../../../server/devices/x11/desktop/program.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";

it("tells an error as a sentence, with its code", () => {
	expect(errorLine(new PortholeError("not-running", "No server runs"))).toBe(
		"porthole: No server runs. (not-running)",
	);
	expect(errorLine(new PortholeError("not-running", "No server runs."))).toBe(
		"porthole: No server runs. (not-running)",
	);
});

it("puts no full stop behind a command that is to be copied", () => {
	expect(errorLine(programMissing("xterm", "xterm"))).toBe(
		"porthole: A desktop needs xterm, which is not installed. sudo apt-get install -y xterm installs it. (program-missing)",
	);
});
