import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { missingDebianPackages } from "../../../setup/debian-packages.mjs";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { fuzz } from "./fuzz.ts";
import { writeSeeds } from "./seeds.ts";
import { buildPrograms, buildTargets, longestInput, targetNames } from "./targets.ts";

const hasFuzzer = existsSync("/usr/bin/clang++-19") && missingDebianPackages("native-fuzz").length === 0;

async function folders() {
	const folder = await temporaryFolder();
	return { seeds: join(folder, "seeds"), corpus: join(folder, "corpus"), findings: join(folder, "findings") };
}

describe.skipIf(!hasFuzzer)(
	"the fuzz targets (npm run native:fuzz installs what they are built with)",
	() => {
		it.each(targetNames)("%s takes whatever comes, for some seconds", async (target) => {
			const { [target]: program } = await buildTargets([target]);
			const used = await folders();
			writeSeeds(target, used.seeds);
			const { executed, edges, finding } = await fuzz(program, {
				seconds: 5,
				longest: longestInput[target],
				...used,
			});
			expect(finding?.report).toBeUndefined();
			expect(executed).toBeGreaterThan(100);
			expect(edges).toBeGreaterThan(100);
		});

		it("gives the input that a target cannot take", async () => {
			const used = await folders();
			const source = join(used.seeds, "..", "planted.cc");
			await writeFile(source, planted);
			const [program = ""] = await buildPrograms([source]);
			writeSeeds("sps", used.seeds);
			const { finding } = await fuzz(program, { seconds: 60, longest: 64, ...used });
			expect(finding?.report).toContain("heap-buffer-overflow");
			expect(await readFile(finding?.path ?? "", "latin1")).toMatch(/^OH/);
		});
	},
);

/** Reads beyond an input that begins with two letters. */
const planted = `
#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
	return size > 1 && data[0] == 'O' && data[1] == 'H' && data[size] == 7 ? -1 : 0;
}
`;
