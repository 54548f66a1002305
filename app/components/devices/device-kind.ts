import {
	AppWindow,
	Cpu,
	type LucideIcon,
	Monitor,
	MonitorSmartphone,
	PanelsTopLeft,
	Radio,
	Server,
	Smartphone,
	Sparkles,
	Tablet,
} from "lucide-react";
import type { DeviceKind } from "../../../signaling/protocol/device.ts";

interface KindLabel {
	readonly name: string;
	readonly icon: LucideIcon;
}

const labels: Readonly<Record<DeviceKind, KindLabel>> = {
	demo: { name: "Demo", icon: Sparkles },
	desktop: { name: "Linux desktop", icon: PanelsTopLeft },
	x11: { name: "X display", icon: AppWindow },
	framebuffer: { name: "Framebuffer", icon: Monitor },
	hxfr: { name: "Virtual machine", icon: Cpu },
	kvm: { name: "KVM", icon: Server },
	simulator: { name: "Simulator", icon: Smartphone },
	whip: { name: "Published stream", icon: Radio },
	remotexpc: { name: "iPhone", icon: Tablet },
};

/** What people call a kind of device, and its icon. A kind that only a newer host knows goes by its own name. */
export function deviceKindLabel(kind: string): KindLabel {
	return Object.hasOwn(labels, kind) ? labels[kind as DeviceKind] : { name: kind, icon: MonitorSmartphone };
}
