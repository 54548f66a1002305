import { Dialog } from "@base-ui/react/dialog";
import { Check, Copy, X } from "lucide-react";
import { type RefObject, useCallback, useEffect, useState } from "react";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import type { GrantInfo, GrantMade, GrantRequest } from "../../../signaling/protocol/grant.ts";
import { wallClock } from "../../../signaling/protocol/time.ts";
import { liveLinks, makeLink, revokeLink } from "../../viewer/connection/grants.ts";
import { copyText } from "../../viewer/copy-text.ts";
import { QrCode } from "./qr-code.tsx";
import { roleChoices, ShareForm, timeLeft } from "./share-form.tsx";

interface ShareDialogProps {
	readonly device: Pick<DeviceDescription, "id" | "name" | "reach" | "clipboard">;
	readonly open: boolean;
	onOpen(open: boolean): void;
	/** Gets the focus back. */
	readonly opener: RefObject<HTMLElement | null>;
}

/** Makes links to a device, and lists the live ones. */
export function ShareDialog({ device, open, onOpen, opener }: ShareDialogProps) {
	return (
		<Dialog.Root open={open} onOpenChange={(next) => onOpen(next)}>
			<Dialog.Portal>
				<Dialog.Backdrop className="fixed inset-0 z-30 animate-appear bg-veil" />
				<Dialog.Popup
					data-testid="share-dialog"
					finalFocus={opener}
					className="fixed inset-x-0 bottom-0 z-30 mx-auto flex max-h-[calc(100dvh-1rem)] w-full max-w-lg animate-appear flex-col overflow-y-auto rounded-t-box border border-line bg-raised text-ink shadow-float outline-none sm:top-1/2 sm:bottom-auto sm:-translate-y-1/2 sm:rounded-box"
				>
					<header className="flex items-center gap-2 px-5 pt-4 pb-1">
						<Dialog.Title className="min-w-0 flex-1 truncate font-semibold text-large">
							Share {device.name}
						</Dialog.Title>
						<Dialog.Close
							aria-label="Close"
							className="eased -mr-2 grid size-9 place-items-center rounded-box text-soft hover:bg-hover hover:text-ink"
						>
							<X aria-hidden size={18} />
						</Dialog.Close>
					</header>
					<ShareBody device={device} />
				</Dialog.Popup>
			</Dialog.Portal>
		</Dialog.Root>
	);
}

function ShareBody({ device: { id: deviceId, reach, clipboard } }: Pick<ShareDialogProps, "device">) {
	const { links, refusal, revoke, refresh } = useLiveLinks(deviceId);
	const [made, setMade] = useState<GrantMade>();
	const [failure, setFailure] = useState("");
	const [busy, setBusy] = useState(false);

	async function make(request: GrantRequest) {
		setBusy(true);
		const outcome = await makeLink(deviceId, request);
		setBusy(false);
		if ("refused" in outcome) return setFailure(outcome.refused.message);
		setFailure("");
		setMade(outcome.value);
		refresh();
	}

	return (
		<>
			<div className="px-5 pt-2 pb-5">
				{made ? (
					<LinkMade made={made} onAnother={() => setMade(undefined)} />
				) : (
					<ShareForm
						busy={busy}
						reach={reach}
						copies={clipboard?.out ?? false}
						onMake={(request) => void make(request)}
					/>
				)}
				<p role="status" className="text-pretty text-danger not-empty:mt-3">
					{failure || refusal}
				</p>
			</div>
			<LinkList links={links} onRevoke={revoke} />
		</>
	);
}

/** How often the list is refreshed while it is shown, ms. */
const EVERY = 5000;

/** The live links of a device, refreshed while the component is mounted. */
export function useLiveLinks(deviceId: string): {
	/** Undefined until they are known. */
	readonly links: readonly GrantInfo[] | undefined;
	/** Why they cannot be fetched, or what is wrong with the last one that was revoked. */
	readonly refusal: string;
	revoke(grantId: string): void;
	refresh(): void;
} {
	const [links, setLinks] = useState<readonly GrantInfo[]>();
	const [refusal, setRefusal] = useState("");
	const [unrevoked, setUnrevoked] = useState("");
	const refresh = useCallback(async () => {
		const outcome = await liveLinks(deviceId);
		if ("refused" in outcome) return setRefusal(outcome.refused.message);
		setRefusal("");
		setLinks(outcome.value);
	}, [deviceId]);
	useEffect(() => {
		void refresh();
		const timer = setInterval(() => void refresh(), EVERY);
		return () => clearInterval(timer);
	}, [refresh]);
	return {
		links,
		// What is wrong with a revocation stays until the next one, as the list goes on without it.
		refusal: unrevoked || refusal,
		refresh: () => void refresh(),
		revoke(grantId) {
			void revokeLink(grantId).then((outcome) => {
				setUnrevoked("refused" in outcome ? outcome.refused.message : "");
				void refresh();
			});
		},
	};
}

/** A link that was just made: to copy or to scan. It is never shown again. */
export function LinkMade({ made, onAnother }: { made: GrantMade; onAnother(): void }) {
	const [copied, setCopied] = useState<boolean>();
	const Icon = copied ? Check : Copy;
	const here = ["localhost", "127.0.0.1", "[::1]"].includes(new URL(made.url).hostname);
	return (
		<div data-testid="link-made" className="flex flex-col gap-4">
			<div className="flex gap-2">
				<input
					readOnly
					aria-label="Link"
					data-testid="link"
					value={made.url}
					onFocus={(event) => event.target.select()}
					className="h-10 min-w-0 flex-1 rounded-box border border-line bg-surface px-3"
				/>
				<button
					type="button"
					data-testid="copy-link"
					onClick={() => void copyText(made.url).then(setCopied)}
					className="eased flex h-10 w-28 shrink-0 items-center justify-center gap-1.5 rounded-box bg-accent font-medium text-on-accent hover:opacity-90"
				>
					<Icon aria-hidden size={16} />
					<span aria-live="polite">{copied === undefined ? "Copy" : copied ? "Copied" : "Press Ctrl C"}</span>
				</button>
			</div>
			<div className="flex items-center gap-4">
				<QrCode text={made.url} />
				<div className="flex min-w-0 flex-1 flex-col gap-2 text-pretty">
					{made.pin && (
						<p>
							PIN{" "}
							<span
								data-testid="link-pin"
								className="ml-1 font-semibold text-title tabular-nums tracking-wider"
							>
								{made.pin}
							</span>
						</p>
					)}
					<p className="text-soft">
						Good for {timeLeft(made.expires, wallClock())}.{" "}
						{made.pin
							? "Send the PIN another way than the link. Neither is shown again."
							: "It is not shown again."}
					</p>
					{here && (
						<p className="text-soft">It opens on this computer only: Porthole listens nowhere else.</p>
					)}
					<button
						type="button"
						onClick={onAnother}
						className="eased h-9 w-fit rounded-box border border-line px-4 font-medium hover:bg-hover"
					>
						Make another
					</button>
				</div>
			</div>
		</div>
	);
}

interface LinkListProps {
	/** Undefined until they are known. */
	readonly links: readonly GrantInfo[] | undefined;
	onRevoke(grantId: string): void;
}

/** Visitors named before the rest is only counted. */
const NAMED = 3;

/** The live links, who used them, and a button to revoke each. */
export function LinkList({ links, onRevoke }: LinkListProps) {
	if (!links || links.length === 0) return null;
	return (
		<section aria-label="Live links" className="border-line border-t bg-surface px-5 py-4">
			<h3 className="font-medium">Live links</h3>
			<ul className="mt-2 flex flex-col gap-2">
				{links.map((link) => (
					<li
						key={link.id}
						data-testid="live-link"
						className="flex items-center gap-3 rounded-box border border-line bg-raised py-2 pr-2 pl-4"
					>
						<span className="min-w-0 flex-1">
							<span className="block truncate font-medium">{titleOf(link)}</span>
							<span className="block truncate text-small text-soft">{termsOf(link)}</span>
							<span className="block truncate text-small text-soft">{visitorsOf(link)}</span>
						</span>
						<button
							type="button"
							aria-label={`Revoke: ${titleOf(link)}`}
							onClick={() => onRevoke(link.id)}
							className="eased h-8 shrink-0 rounded-box border border-line px-3 font-medium text-danger text-small hover:bg-hover"
						>
							Revoke
						</button>
					</li>
				))}
			</ul>
		</section>
	);
}

function titleOf({ role, label }: GrantInfo): string {
	const name = roleChoices.find((choice) => choice.role === role)?.name ?? role;
	return label === "" ? name : `${name}: ${label}`;
}

function termsOf({ expires, pin, uses, used, state }: GrantInfo): string {
	const parts = [`${timeLeft(expires, wallClock())} left`];
	if (pin) parts.push("PIN");
	if (uses !== undefined) parts.push(`${used} of ${uses} uses`);
	if (state === "used-up") parts.push("used up");
	if (state === "closed") parts.push("closed after wrong PINs");
	return parts.join(" · ");
}

function visitorsOf({ visits }: GrantInfo): string {
	if (visits.length === 0) return "Nobody came by it yet";
	const names = [...new Set(visits.map(({ name, address }) => name ?? address ?? "Guest"))];
	const more = names.length - NAMED;
	return `Used by ${names.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
