#!/usr/bin/env node
/**
 * Makes a fresh clone ready: `start`, `test` or `test-all` in full, or one step by its name (`addon`, `page`). Every step looks
 * first whether its work is done, so that a second run costs next to nothing and an interrupted one can be repeated.
 */
import { buildAddon } from "./addon.mjs";
import { installDebianPackages } from "./debian-packages.mjs";
import { fetchGuestKernel } from "./guest-kernel.mjs";
import { installMediasoup, installMediasoupIfKept } from "./mediasoup.mjs";
import { checkNativeMacos, installNativeCheckMacos } from "./native-check-macos.mjs";
import { fuzzNative, installNativeFuzz } from "./native-fuzz.mjs";
import { formatNative, installNativeLint, lintNative } from "./native-lint.mjs";
import { installNpmPackages } from "./npm-packages.mjs";
import { buildDistribution, makePrebuild } from "./package.mjs";
import { buildPage } from "./page.mjs";
import { endWhenAsked, SetupError } from "./step.mjs";

const goals = {
	start: [installNpmPackages, () => installDebianPackages("start"), () => buildAddon("start"), buildPage],
	test: [
		installNpmPackages,
		() => installDebianPackages("test"),
		() => buildAddon("test"),
		buildPage,
		installMediasoupIfKept,
	],
	"test-all": [
		installNpmPackages,
		() => installDebianPackages("test-all"),
		() => buildAddon("test-all"),
		buildPage,
		fetchGuestKernel,
		installMediasoupIfKept,
		installNativeCheckMacos,
		checkNativeMacos,
		installNativeFuzz,
	],
	addon: [() => buildAddon("test")],
	page: [buildPage],
	prebuild: [makePrebuild],
	pack: [buildPage, buildDistribution],
	mediasoup: [installNpmPackages, installMediasoup],
	"native-check-macos": [installNpmPackages, installNativeCheckMacos, checkNativeMacos],
	"native-fuzz": [installNpmPackages, installNativeFuzz, fuzzNative],
	"native-lint": [installNpmPackages, installNativeLint, lintNative],
	"native-format": [installNpmPackages, installNativeLint, formatNative],
};

const goal = process.argv[2] ?? "start";
endWhenAsked();
try {
	if (!Object.hasOwn(goals, goal)) throw new SetupError(`There is no set-up called ${goal}.`);
	for (const step of goals[goal]) await step();
} catch (error) {
	process.stderr.write(`\n${error instanceof SetupError ? error.message : error.stack}\n`);
	process.exit(1);
}
