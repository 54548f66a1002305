import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResults {
	readonly violations: readonly { id: string; impact: string | null; nodes: readonly { html: string }[] }[];
}

/** The menu library's focus guards can be focused and are hidden on purpose: they hand the focus on at once. */
const scope = { exclude: [["[data-base-ui-focus-guard]"]] };

/** What axe finds serious or critical on the page as it is now, one line each. */
export async function seriousFaults(page: Page): Promise<string[]> {
	// Evaluated rather than added as a script: the page's own policy lets no strange script in.
	await page.evaluate(axeSource);
	const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(scope)})`)) as AxeResults;
	return violations
		.filter(({ impact }) => impact === "serious" || impact === "critical")
		.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
}
