import type { Browser, Page } from "playwright";
import { expect, vi } from "vitest";
import type { GrantMade, GrantRequest } from "../../signaling/protocol/grant.ts";
import { newContext, openDevice, openPage, PATIENCE, untilState } from "./device-page.ts";
import type { Address } from "./product.ts";

/** Makes a link as the owner. */
export async function shareDevice(product: Address, id: string, request: GrantRequest): Promise<GrantMade> {
	const response = await fetch(`${product.origin}/api/devices/${id}/grants`, {
		method: "POST",
		headers: { authorization: `Bearer ${product.ownerToken}`, "content-type": "application/json" },
		body: JSON.stringify(request),
	});
	if (response.status !== 201) throw new Error(`no link: HTTP ${response.status} ${await response.text()}`);
	return (await response.json()) as GrantMade;
}

/** Revokes a link as the owner. */
export async function revokeGrant(product: Address, grantId: string): Promise<void> {
	const response = await fetch(`${product.origin}/api/grants/${grantId}`, {
		method: "DELETE",
		headers: { authorization: `Bearer ${product.ownerToken}` },
	});
	expect(response.status).toBe(204);
}

/** Opens a link in a browser session of its own, as somebody of that name. */
export async function openLink(browser: Browser, product: Address, url: string, name: string): Promise<Page> {
	const context = await newContext(browser, product, { stranger: true });
	await context.addInitScript((text) => localStorage.setItem("porthole-name", text), name);
	return openPage(context, url);
}

/** Somebody with a link of their own on a device, live. */
export async function join(
	browser: Browser,
	product: Address,
	id: string,
	{ name, ...request }: GrantRequest & { name: string },
): Promise<Page> {
	const page = await openLink(browser, product, (await shareDevice(product, id, request)).url, name);
	await untilState(page, "live");
	return page;
}

/** The owner on a device, live. */
export async function joinAsOwner(browser: Browser, product: Address, id: string): Promise<Page> {
	return openDevice(await newContext(browser, product), product, id);
}

/** Waits until the control pill says that control is so. */
export async function untilControl(page: Page, kind: string): Promise<void> {
	const pill = page.getByTestId("control-pill");
	await vi.waitFor(async () => expect(await pill.getAttribute("data-floor")).toBe(kind), PATIENCE);
}

/** What the control pill says. */
export function pillWords(page: Page): Promise<string | null> {
	return page.getByTestId("floor-words").textContent();
}

/** Chooses something in the control pill's menu. */
export async function chooseControl(page: Page, action: string): Promise<void> {
	await page.getByTestId("floor-menu").click();
	await page.getByTestId(`floor-${action}`).click();
}
