import {
	Camera,
	ClipboardCopy,
	ClipboardPaste,
	Command,
	Expand,
	Fullscreen,
	Hand,
	Keyboard,
	Power,
	Scan,
	Shrink,
	Smartphone,
} from "lucide-react";
import { lazy, type RefObject, Suspense, useRef } from "react";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import type { InputSender } from "../../viewer/input/input-sender.ts";
import { type FitMode, fitModes } from "../../viewer/screen/geometry.ts";
import type { Viewer } from "../../viewer/viewer.ts";
import type { PowerSwitch } from "../devices/use-power.tsx";
import { useLazyPopup } from "../popup.ts";
import { keepsFocus } from "../screen/copy-from-device.tsx";
import type { FullScreen } from "../screen/use-full-screen.ts";
import { DeviceButton, RailButton } from "./rail-button.tsx";

interface RailProps {
	readonly viewer: Viewer | undefined;
	readonly device: DeviceDescription | undefined;
	readonly enabled: boolean;
	/** There is no device for this viewer: nothing here would do anything. */
	readonly useless: boolean;
	/** The user's input reaches the device. */
	readonly mayTouch: boolean;
	readonly fit: FitMode;
	onFit(fit: FitMode): void;
	readonly touchThrough: boolean;
	onTouchThrough(through: boolean): void;
	/** Bezels are shown. */
	readonly bezels: boolean;
	onBezels(shown: boolean): void;
	/** For owners. */
	readonly power: PowerSwitch | undefined;
	onScreenshot(): void;
	readonly field: RefObject<HTMLTextAreaElement | null>;
	readonly fullScreen: FullScreen;
}

const fits = {
	fit: { label: "Fit", icon: Shrink, next: "natural size" },
	actual: { label: "100 %", icon: Scan, next: "fill the window" },
	fill: { label: "Fill", icon: Expand, next: "fit the window" },
} as const;

const icon = { "aria-hidden": true, size: 20, strokeWidth: 1.75 } as const;

/** The device's own buttons and the page's. A column at the side; on a phone a bar at the bottom. */
export function Rail(props: RailProps) {
	return (
		<nav
			aria-label="Device"
			inert={props.useless}
			className="flex gap-1 overflow-x-auto overflow-y-hidden border-line border-t bg-raised p-1 pb-[max(0.25rem,env(safe-area-inset-bottom))] group-data-full/page:invisible group-data-full/page:h-0 group-data-full/page:p-0 sm:flex-col sm:items-center sm:overflow-y-auto sm:overflow-x-hidden sm:border-t-0 sm:border-l sm:py-2"
		>
			{!props.useless && <Buttons {...props} />}
		</nav>
	);
}

function Buttons(props: RailProps) {
	const { viewer, device, enabled, mayTouch, fit, touchThrough, power, field, fullScreen } = props;
	const takes = (kind: DeviceDescription["inputs"][number]) => device?.inputs.includes(kind) ?? false;
	const types = takes("keys") || takes("text");
	const Fit = fits[fit].icon;
	const raiseKeyboard = () => {
		if (!field.current) return;
		field.current.inputMode = "text";
		field.current.blur();
		field.current.focus({ preventScroll: true });
		if (field.current) field.current.inputMode = "text";
	};
	return (
		<>
			{device?.buttons.map((button) => (
				<DeviceButton
					key={button.id}
					button={button}
					input={viewer?.input}
					disabled={!enabled || !mayTouch}
				/>
			))}
			{device && device.buttons.length > 0 && (
				<span aria-hidden className="m-1 shrink-0 border-line max-sm:border-l sm:w-10 sm:border-t" />
			)}
			{types && (
				<span className="pointer-fine:hidden">
					<RailButton
						icon={<Keyboard {...icon} />}
						label="Type"
						aria-label="Type with the soft keyboard"
						disabled={!enabled || !mayTouch}
						onClick={raiseKeyboard}
					/>
				</span>
			)}
			{takes("keys") && viewer && (
				<SendKeys input={viewer.input} touch={takes("touch")} disabled={!enabled || !mayTouch} />
			)}
			{takes("touch") && (
				<span className="pointer-fine:hidden">
					<RailButton
						icon={<Hand {...icon} />}
						label="Pinch"
						aria-label="Pinch: two fingers reach the device instead of zooming the view"
						aria-pressed={touchThrough}
						disabled={!enabled || !mayTouch}
						onClick={() => props.onTouchThrough(!touchThrough)}
					/>
				</span>
			)}
			{device?.clipboard?.in && (
				<span className="pointer-fine:hidden">
					<RailButton
						data-testid="rail-paste"
						icon={<ClipboardPaste {...icon} />}
						label="Paste"
						aria-label="Paste your clipboard into the device"
						disabled={!enabled || !mayTouch}
						onClick={() => void viewer?.paste()}
					/>
				</span>
			)}
			{device?.clipboard?.out && (
				<RailButton
					data-testid="rail-copy"
					icon={<ClipboardCopy {...icon} />}
					label="Copy"
					aria-label="Copy from device: what is copied there comes to your clipboard"
					disabled={!enabled || !mayTouch}
					onMouseDown={keepsFocus}
					onClick={() => void viewer?.clipboard.copy()}
				/>
			)}
			<RailButton
				icon={<Camera {...icon} />}
				label="Screenshot"
				aria-label="Screenshot: save a picture of the screen"
				disabled={!enabled}
				onClick={props.onScreenshot}
			/>
			<RailButton
				data-testid="fit-mode"
				data-fit={fit}
				icon={<Fit {...icon} />}
				label={fits[fit].label}
				aria-label={`Size: ${fits[fit].label}. Change to ${fits[fit].next}`}
				onClick={() => props.onFit(fitModes[(fitModes.indexOf(fit) + 1) % fitModes.length] ?? "fit")}
			/>
			{device && (device.bezel || device.bezelStyle === "phone") && (
				<RailButton
					data-testid="bezel"
					icon={<Smartphone {...icon} />}
					label="Bezel"
					aria-label="Bezel: show the device around its screen"
					aria-pressed={props.bezels}
					onClick={() => props.onBezels(!props.bezels)}
				/>
			)}
			<RailButton
				data-testid="fullscreen"
				icon={<Fullscreen {...icon} />}
				label="Full screen"
				onClick={fullScreen.toggle}
			/>
			{device?.power !== undefined && power && (
				<RailButton
					data-testid="rail-power"
					icon={<Power {...icon} />}
					label="Power"
					aria-label={power.offer === "on" ? "Power: switch the device on" : "Power: shut the device down"}
					disabled={power.offer === undefined}
					onClick={() => power.act(true)}
				/>
			)}
		</>
	);
}

const loadMenu = () => import("./send-keys-menu.tsx");
const SendKeysMenu = lazy(async () => ({ default: (await loadMenu()).SendKeysMenu }));

interface SendKeysProps {
	readonly input: InputSender;
	/** The device takes fingers. */
	readonly touch: boolean;
	readonly disabled: boolean;
}

/** Sends keys that the browser keeps for itself. The menu's code is loaded when a pointer or the focus comes near. */
function SendKeys({ input, touch, disabled }: SendKeysProps) {
	const button = useRef<HTMLButtonElement>(null);
	const { wanted, open, setOpen, toggle, prepares } = useLazyPopup(loadMenu);
	return (
		<>
			<RailButton
				ref={button}
				icon={<Command aria-hidden size={20} strokeWidth={1.75} />}
				label="Keys"
				aria-label="Keys: send those that the browser keeps for itself"
				aria-haspopup="menu"
				aria-expanded={open}
				disabled={disabled}
				onClick={toggle}
				{...prepares}
			/>
			{wanted && (
				<Suspense>
					<SendKeysMenu input={input} touch={touch} open={open} onOpen={setOpen} anchor={button} />
				</Suspense>
			)}
		</>
	);
}
