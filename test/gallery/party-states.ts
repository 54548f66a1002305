import type { Page } from "playwright";
import {
	all,
	ana,
	asking,
	ben,
	cleo,
	free,
	guest,
	held,
	keepChannel,
	me,
	party,
	point,
} from "./party-script.ts";
import { DEMO, DESKTOP, type GalleryState, inState, live, settle } from "./states.ts";

const liveAndSettled = (page: Page) => live(page).then(() => settle(page, 600));

/** Every state of people together on a device, in the order of the index. */
export const partyStates: readonly GalleryState[] = [
	{
		name: "control-free",
		words: "Control is free",
		path: DEMO,
		rewrite: party([guest, ana], () => free),
		before: () => localStorage.setItem("porthole-name", "Priya Raman"),
		reach: liveAndSettled,
	},
	{
		name: "control-you",
		words: "You have control; the owner's menu",
		path: DEMO,
		rewrite: party(all, () => held("me")),
		reach: async (page) => {
			await live(page);
			await page.click("[data-testid=floor-menu]");
			await page.waitForSelector("[role=menuitem]");
			await settle(page);
		},
	},
	{
		name: "control-other",
		words: "Ana has control; a touch says so; pointers of others",
		path: DESKTOP,
		rewrite: party([guest, ana, ben], () => held("ana")),
		before: keepChannel,
		reach: async (page) => {
			await live(page);
			await page.click("[data-testid=screen]", { force: true });
			await page.waitForSelector("[data-testid=touch-refused]");
			await point(page, [
				{ number: 2, x: 0.3, y: 0.4 },
				{ number: 3, x: 0.62, y: 0.55 },
			]);
			await settle(page);
		},
	},
	{
		name: "control-asked",
		words: "Asked for control",
		path: DEMO,
		rewrite: party([guest, ana], () => asking("ana", "me")),
		before: () => localStorage.setItem("porthole-name", "Priya Raman"),
		reach: liveAndSettled,
	},
	{
		name: "control-requests",
		words: "Others ask for control",
		path: DEMO,
		rewrite: party([guest, ana, ben], () => asking("me", "ana", "ben")),
		before: () => localStorage.setItem("porthole-name", "Priya Raman"),
		reach: liveAndSettled,
	},
	{
		name: "control-locked",
		words: "Locked by the owner",
		path: DEMO,
		rewrite: party([guest, ana], () => ({ ...free, state: "locked" })),
		before: () => localStorage.setItem("porthole-name", "Priya Raman"),
		reach: liveAndSettled,
	},
	{
		name: "view-only",
		words: "A link that may only view; the name is asked for once",
		path: DEMO,
		rewrite: party([{ ...me, role: "view", name: "Guest 1" }, ana], () => held("ana")),
		reach: async (page) => {
			await live(page);
			await page.waitForSelector("[data-testid=name-prompt]");
			await settle(page);
		},
	},
	{
		name: "people",
		words: "Who is here, for an owner",
		path: DEMO,
		rewrite: party([...all, { ...ana, viewerId: "eli", number: 6, name: "Eli", waiting: true }], () =>
			held("ana"),
		),
		reach: async (page) => {
			await live(page);
			await page.click("[data-testid=people]");
			await page.waitForSelector("[data-testid=people-panel]");
			await settle(page);
		},
	},
	{
		name: "waiting",
		words: "Waiting to be let in",
		path: DEMO,
		rewrite: (message) =>
			message.type === "welcome"
				? [{ ...message, role: "control" }, { type: "waiting" }]
				: ["offer", "participants", "control"].includes(message.type)
					? []
					: [message],
		reach: (page) => inState(page, "waiting").then(() => settle(page, 1000)),
	},
	{
		name: "waiting-owner",
		words: "Somebody waits to be let in",
		path: DEMO,
		rewrite: party([me, ana, { ...cleo, waiting: true }], () => held("me")),
		reach: liveAndSettled,
	},
];
