import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { verdictOn } from "../../.ci/doctor-verdict.mjs";
import { root } from "../../setup/step.mjs";

const addon = { name: "addon", state: "good", detail: "local build" };
const encoder = { name: "encoder videotoolbox", state: "good", detail: "hardware: a picture of 300 bytes" };

it("a runner on which the addon loads and encodes is good", () => {
	expect(verdictOn({ findings: [addon, encoder] })).toEqual({
		ok: true,
		lines: ["encoder videotoolbox: hardware: a picture of 300 bytes"],
	});
});

it("a runner without an encoder is left out, with the reason", () => {
	const { ok, lines } = verdictOn({
		findings: [addon, { ...encoder, state: "bad", detail: "error -12908" }],
	});
	expect(ok).toBe(true);
	expect(lines).toEqual([expect.stringMatching(/^::notice::.*skipped.*videotoolbox: error -12908$/)]);
});

it.each([
	["the addon does not load", [{ ...addon, state: "bad" }, encoder]],
	["the addon was not tried", [encoder]],
	["no encoder was tried", [addon]],
	["there are no findings", undefined],
])("a runner is bad when %s", (_, findings) => {
	const { ok, lines } = verdictOn({ findings });
	expect(ok).toBe(false);
	expect(lines[0]).toMatch(/^::error::/);
});

it("the verdict is the exit code", () => {
	const judge = (report: object) =>
		spawnSync(process.execPath, [join(root, ".ci/doctor-verdict.mjs")], {
			input: JSON.stringify(report),
			encoding: "utf8",
		});
	expect(judge({ findings: [addon, encoder] })).toMatchObject({ status: 0, stderr: "" });
	expect(judge({ findings: [] }).status).toBe(1);
});
