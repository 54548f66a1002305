import { expect, it } from "vitest";
import { addonFindings } from "../../../../server/cli/doctor/installation.ts";
import { AddonError } from "../../../../server/native/addon-error.ts";
import { findAddon } from "../../../../server/native/load.ts";

const { addon } = findAddon();
const missing = {
	origin: "local build",
	path: "/p/a.node",
	fault: "missing",
	detail: "there is none",
} as const;

it("tells where the addon comes from, for what it was built, and the oldest macOS", () => {
	const findings = addonFindings(() => ({
		addon,
		origin: "prebuild",
		path: "/p/b.node",
		header: { platform: "darwin", architectures: ["x64", "arm64"], minimumMacos: "14.0" },
		passed: [missing],
	}));
	expect(findings).toEqual([
		{
			name: "addon",
			state: "good",
			detail: "prebuild /p/b.node, darwin x64 and arm64, macOS 14.0 or newer",
		},
	]);
});

it("warns of what lies in a place that counts more and cannot be used", () => {
	const findings = addonFindings(() => ({
		addon,
		origin: "prebuild",
		path: "/p/b.node",
		header: undefined,
		passed: [{ ...missing, fault: "unloadable", detail: "dlopen: no" }],
	}));
	expect(findings[0]?.detail).toBe("prebuild /p/b.node");
	expect(findings[1]).toMatchObject({
		name: "addon (local build)",
		state: "warning",
		detail: "/p/a.node: dlopen: no",
	});
});

it("tells every place and the repair when there is none", () => {
	const machine = { platform: "darwin", arch: "arm64" };
	const findings = addonFindings(() => {
		throw new AddonError(machine, [missing, { ...missing, origin: "prebuild", path: "/p/b.node" }], true);
	});
	expect(findings).toEqual([
		{
			name: "addon",
			state: "bad",
			detail: "local build /p/a.node: there is none; prebuild /p/b.node: there is none",
			remedy: expect.stringContaining("npm run build:native"),
		},
	]);
});
