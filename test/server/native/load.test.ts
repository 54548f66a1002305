import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { AddonError } from "../../../server/native/addon-error.ts";
import { type AddonSearch, addonPlaces, findAddon, loadAddon } from "../../../server/native/load.ts";
import { buildVersion, CPU, machO } from "../../support/mach-o.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A package without an addon in any place, as on this machine. */
async function emptyPackage(): Promise<AddonSearch> {
	return { root: await temporaryFolder(), platform: process.platform, arch: process.arch };
}

function placesOf(search: AddonSearch) {
	const [build, prebuild] = addonPlaces({ ...search, explicit: undefined });
	if (!build || !prebuild) throw new Error("There are two usual places.");
	return { build: build.path, prebuild: prebuild.path };
}

async function put(path: string, content: string | Uint8Array): Promise<void> {
	await mkdir(dirname(path), { recursive: true });
	await writeFile(path, content);
}

async function putWorking(path: string): Promise<void> {
	await mkdir(dirname(path), { recursive: true });
	await cp(findAddon().path, path);
}

function failure(search: AddonSearch): AddonError {
	try {
		findAddon(search);
	} catch (error) {
		if (error instanceof AddonError) return error;
		throw error;
	}
	throw new Error("the addon was loaded");
}

it("loads the addon once", () => {
	const addon = loadAddon();
	expect(loadAddon()).toBe(addon);
	expect(addon.encoders()[0]?.name).toBe("openh264");
});

describe("the addon's places", () => {
	it("are the local build, then the prebuild for this system and processor", () => {
		expect(addonPlaces({ root: "/p", platform: "darwin", arch: "arm64" })).toEqual([
			{ origin: "local build", path: "/p/native/build/Release/porthole.node" },
			{ origin: "prebuild", path: "/p/prebuilds/darwin-arm64/porthole.node" },
		]);
	});

	it("are an explicit path alone, where one is given", () => {
		expect(addonPlaces({ explicit: "/mine.node", root: "/p", platform: "darwin", arch: "arm64" })).toEqual([
			{ origin: "explicit", path: "/mine.node" },
		]);
	});

	it("are tried in order: a prebuild serves where there is no local build", async () => {
		const search = await emptyPackage();
		const { build, prebuild } = placesOf(search);
		await putWorking(prebuild);
		expect(findAddon(search)).toMatchObject({
			origin: "prebuild",
			path: prebuild,
			header: { architectures: [process.arch] },
			passed: [{ origin: "local build", path: build, fault: "missing" }],
		});
		await putWorking(build);
		expect(findAddon(search)).toMatchObject({ origin: "local build", passed: [] });
	});

	it("are passed over with the reason when what lies there cannot be loaded", async () => {
		const search = await emptyPackage();
		const { build, prebuild } = placesOf(search);
		await put(build, "not a shared object");
		await putWorking(prebuild);
		const { origin, passed } = findAddon(search);
		expect(origin).toBe("prebuild");
		expect(passed).toMatchObject([{ path: build, fault: "unloadable", cause: expect.any(Error) }]);
	});
});

describe("without an addon", () => {
	it("every place is told, and how to build one in a clone", async () => {
		const search = await emptyPackage();
		await put(join(search.root, "native", "binding.gyp"), "{}");
		const error = failure(search);
		expect(error.code).toBe("addon-missing");
		for (const path of Object.values(placesOf(search)))
			expect(error.message).toContain(`${path}: there is none`);
		expect(error.remedy).toContain("npm run build:native");
		expect(error.message).toContain(error.remedy);
	});

	it("an installed package says for which machine it has none", async () => {
		const error = failure({ ...(await emptyPackage()), platform: "darwin", arch: "riscv64" });
		expect(error.code).toBe("addon-missing");
		expect(error.remedy).toMatch(/no addon for darwin riscv64.*npm start/);
	});

	it("one for another machine is told as such, not in the system's words", async () => {
		const search = await emptyPackage();
		const { prebuild } = placesOf(search);
		await put(prebuild, machO({ cpu: CPU.arm64, commands: [buildVersion(0x000e0000)] }));
		const error = failure(search);
		expect(error.code).toBe("addon-unusable");
		expect(error.places[1]).toMatchObject({ fault: "other-machine" });
		expect(error.message).toContain(`built for darwin arm64, this is ${process.platform} ${process.arch}`);
	});

	it("the system's own words are told with every other reason", async () => {
		const search = await emptyPackage();
		const { build, prebuild } = placesOf(search);
		await put(build, machO({ cpu: CPU.x64, commands: [] }));
		await put(prebuild, "not a shared object");
		const error = failure(search);
		expect(error.places.map(({ fault }) => fault)).toEqual(["other-machine", "unloadable"]);
		expect(error.message).toMatch(/porthole\.node: .*(file too short|invalid ELF header)/);
		expect(error.remedy).toContain("library that is named");
	});

	it("an explicit path is not replaced by another", async () => {
		const search = await emptyPackage();
		await putWorking(placesOf(search).prebuild);
		const explicit = join(search.root, "mine.node");
		const error = failure({ ...search, explicit });
		expect(error.places).toMatchObject([{ origin: "explicit", path: explicit, fault: "missing" }]);
		expect(error.remedy).toContain("PORTHOLE_ADDON");
		await putWorking(explicit);
		expect(findAddon({ ...search, explicit }).origin).toBe("explicit");
	});
});
